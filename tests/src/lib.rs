//! What proves Lotse as a whole: journeys over the public API, and rules that hold for every file of the house.
