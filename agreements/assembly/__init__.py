"""How an act is put together: pure functions over values, the same for screens, checks and PDF."""
