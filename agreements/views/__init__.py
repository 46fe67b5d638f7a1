"""The pages of acts: selector → form → service → redirect."""
