"""Who works at Terra e Tavola, and how they sign in. Only ever used by the demo."""

from dataclasses import dataclass

from sportello.agents.models import Role

from .season.topics import AGENTS, OFFICE, RETURNS, SHIPPING, SHOP

DOMAIN = "terraetavola.example"
PASSWORD = "limoni-e-terracotta"  # noqa: S105 - printed where the demo starts


@dataclass(frozen=True)
class Login:
    """`key` is what the story calls them."""

    key: str
    role: str
    teams: tuple[str, ...]
    does: str

    @property
    def role_name(self) -> str:
        """What they are, in the reader's language."""
        return str(Role(self.role).label)

    @property
    def name(self) -> str:
        return AGENTS[self.key][0]

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


LOGINS = (
    Login("elena", Role.ADMIN, (SHIPPING, RETURNS, OFFICE, SHOP), "titolare"),
    Login("carla", Role.SUPERVISOR, (SHIPPING, RETURNS, OFFICE, SHOP), "responsabile"),
    Login("marco", Role.AGENT, (SHIPPING, RETURNS), "spedizioni e resi"),
    Login("sara", Role.AGENT, (SHOP, OFFICE), "negozio e amministrazione"),
    Login("luca", Role.GUEST, (SHIPPING,), "magazzino"),
)
