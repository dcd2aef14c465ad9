"""Column shapes that several tables share."""

from typing import Annotated

from sqlalchemy import BigInteger, ForeignKey, Integer
from sqlalchemy.orm import mapped_column

# BIGINT everywhere, but SQLite numbers rows by itself only in an INTEGER primary key.
Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Big = Annotated[int, mapped_column(BigInteger)]
OfCommunity = Annotated[int, mapped_column(ForeignKey("community.id"), index=True)]
OfTicket = Annotated[int, mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))]
