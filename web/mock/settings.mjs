// The settings area of the mock.
export default function settings(_api) {}
