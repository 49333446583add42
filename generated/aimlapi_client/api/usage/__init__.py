"""Operations of one group."""
