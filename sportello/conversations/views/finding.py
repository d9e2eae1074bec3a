"""Find what is asked for, among what this person may see: everything else is not there."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from sportello.agents.requests import SignedIn

from ..models import Attachment, Conversation, Message


def conversation_of(request: SignedIn, pk: int) -> Conversation:
    """Return the conversation if this agent may see it; else 404."""
    seen = Conversation.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("inbox", "customer", "assignee", "team").defer("inbox__settings"), pk=pk
    )


def message_of(request: SignedIn, pk: int) -> Message:
    """Return the message if this agent may see its conversation; else 404."""
    seen = Message.objects.filter(conversation__in=Conversation.objects.visible_to(request.user))
    return get_object_or_404(seen.select_related("conversation", "author"), pk=pk)


def attachment_of(request: SignedIn, pk: int) -> Attachment:
    """Return the attachment of a message this agent may see, or of their own draft; else 404."""
    attachment = get_object_or_404(Attachment.objects.select_related("message", "draft"), pk=pk)
    if attachment.draft and attachment.draft.agent_id == request.user.pk:
        return attachment
    if not attachment.message:
        raise Http404
    seen = Conversation.objects.visible_to(request.user).filter(pk=attachment.message.conversation_id)
    if not seen.exists():
        raise Http404
    return attachment
