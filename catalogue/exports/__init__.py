"""Writers of the field's formats. What may leave is decided in `catalogue.exports.disclosure`."""
