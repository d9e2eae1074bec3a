"""In which language we speak: the agent's own, or, to a stranger, what their browser asks for."""

from django.utils import translation
from django.utils.translation import get_language_from_request


def speak(get_response):
    """Activate the reader's language for this request. Stands after the middleware that knows who it is."""

    def middleware(request):
        agent = request.user
        language = agent.language if agent.is_authenticated else get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware
