package io.corale.node.cell;

/** Bugs that {@link MoveWorld} must find, each a rule of ADR 41 taken out. */
enum PlantedMoveBug {
  NOTHING,
  /** A superpeer acts on what it believes to be the configuration. */
  NO_BARRIER,
  /** A superpeer acts on the configuration in which the step was chosen. */
  STEP_THAT_FITS_NO_MORE,
  /** Who is told to leave leaves, however long ago that was said. */
  ANY_LEAVE_IS_FOLLOWED,
  /** An empty replica is created where something is. */
  ARRIVES_OVER_WHAT_IT_HAS,
  /** Of two that come to a cell of one the first counts before the second is there. */
  FIRST_OF_TWO_ALONE,
  /** Who goes is removed before who comes is held. */
  REMOVES_BEFORE_HELD,
  /** Who comes is waited for, however long that is away. */
  UNDOES_NOTHING,
  /** A former member is forgotten before it has said that nothing is left. */
  FORGETS_WITHOUT_A_WORD,
  /** The policy adds one to a cell of one. */
  ADDS_ONE_TO_ONE,
  /** The birth record names who was there at the birth. */
  RECORD_STAYS_AS_IT_WAS,
  /** The superpeer removes itself. */
  NOBODY_IS_HANDED_TO,
  /** Who arrives begins anew when its node is started again. */
  ARRIVING_IS_GIVEN_UP,
  /** Who is brought up to date counts by any configuration that names it. */
  BACK_BY_ANY_CONFIGURATION
}
