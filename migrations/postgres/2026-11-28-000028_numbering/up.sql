-- Where the register was numbered last: a register that was put back, or a standby that took the place of its primary,
-- may not have what others were told, and goes on elsewhere.
CREATE TABLE numbering (
    place TEXT NOT NULL
);
