"""What the counts page may send: edits, drafts and tables from outside."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from saferground.storage.counts.record import Amend, Edit, Kind, New, Restore, Withdraw

Cell = Annotated[str, StringConstraints(max_length=5000)]
Cells = Annotated[dict[str, Cell], Field(max_length=60)]
MOST_ROWS = 5000
LARGEST_ID = 2**31 - 1


class Enter(BaseModel):
    """A new row."""

    do: Literal["enter"]
    kind: Kind = Field("counts", description="counts, or sources")
    cells: Cells = Field(description="Text of each cell by column; those left out are blank")

    def edit(self) -> Edit:
        """The same for the database."""
        return New(self.cells, self.kind)


class Seen(BaseModel):
    """A row as it was seen."""

    id: int = Field(ge=1, le=LARGEST_ID, description="Number of the row")
    version: int = Field(ge=1, le=LARGEST_ID, description="The version that was seen")


class ChangeRow(Seen):
    """Other cells for a row."""

    do: Literal["change"]
    cells: Cells = Field(description="Text of each cell by column")

    def edit(self) -> Edit:
        """The same for the database."""
        return Amend(self.id, self.version, self.cells)


class WithdrawRow(Seen):
    """A row is to count no longer."""

    do: Literal["withdraw"]

    def edit(self) -> Edit:
        """The same for the database."""
        return Withdraw(self.id, self.version)


class RestoreRow(Seen):
    """A withdrawn row is to count again."""

    do: Literal["restore"]

    def edit(self) -> Edit:
        """The same for the database."""
        return Restore(self.id, self.version)


OneEdit = Annotated[Enter | ChangeRow | WithdrawRow | RestoreRow, Field(discriminator="do")]


class Edits(BaseModel):
    """Edits that are made together or not at all."""

    edits: list[OneEdit] = Field(min_length=1, max_length=MOST_ROWS)

    def made(self) -> list[Edit]:
        """The same for the database."""
        return [one.edit() for one in self.edits]


class Drafted(BaseModel):
    """What stands in the grids of a visitor, right or wrong."""

    cells: list[list[Cell]] = Field(max_length=2 * MOST_ROWS, description="Rows; the first cell says of which grid")


class Kept(BaseModel):
    """A draft as it is kept."""

    cells: list[list[str]] = Field(description="Rows; the first cell says of which grid")
    at: str = Field(description="When it was kept, UTC; empty when there is none")
