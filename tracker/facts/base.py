"""What every fact is: frozen, versioned, plain enough to travel."""

from pydantic import BaseModel, ConfigDict


class FactBase(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")  # an old row with a field we dropped still renders

    v: int = 1
