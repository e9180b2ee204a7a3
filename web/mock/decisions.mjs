// The decisions area of the mock.
export default function decisions(_api) {}
