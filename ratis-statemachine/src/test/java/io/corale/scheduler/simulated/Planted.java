package io.corale.scheduler.simulated;

/**
 * Bugs that a simulation must find: each takes one rule of the protocol out, at a seam between the
 * production code and its world, and names the check that has to see it.
 */
enum Planted {
  NOTHING(0, Check.LIVENESS),

  /** Apply adds the elapsed time of an entry twice; judged by what runs at the provider. */
  TIME_COUNTS_TWICE(7, Check.PROVIDER),
  /** The time of an entry counts though it was appended in another term than packed. */
  TIME_OF_ANOTHER_TERM_COUNTS(7, Check.PACE),
  /** A TakeOver carries the time since its proposer's last entry of any term. */
  TAKE_OVER_CARRIES_TIME(7, Check.PACE),
  /** The time of an entry that may be in the log is proposed once more. */
  FAILED_IS_REFUSED(7, Check.PACE),
  /** Peers measure time with the clock on the wall, which is set now and then. */
  WALL_CLOCK_MEASURES(8, Check.PACE),
  /** Apply dispatches in entries of any term. */
  DISPATCHES_IN_ANY_TERM(9, Check.EXECUTOR),
  /** A new superpeer goes to work without taking over. */
  NOBODY_TAKES_OVER(9, Check.EXECUTOR),
  /** There is no last check before the bytes leave. */
  SENDS_UNGUARDED(10, Check.PROVIDER),
  /** The send grace is counted from when an entry is applied. */
  GRACE_FROM_APPLY(10, Check.PROVIDER),
  /** The monotonic clock stands still while its process does. */
  CLOCK_SLEEPS(10, Check.PROVIDER),
  /** An executor that is asked for its inventory goes on sending what it has not found sent. */
  INVENTORY_WITHOUT_FENCE(11, Check.PROVIDER),
  /** What an executor does not know, or not any more, is said not to have been sent. */
  UNKNOWN_IS_UNSENT(11, Check.PROVIDER),
  /** A crash frees the slots of all accounts, also of those that wait for fences. */
  CRASH_FREES_ALL(12, Check.PROVIDER),
  /** The outcome of what was tried again at once counts for the attempt that took its place. */
  OUTCOME_OF_REPLACED_COUNTS(12, Check.PROVIDER),
  /** As much starts in an entry as there are slots for. */
  TAIL_UNBOUNDED(12, Check.TAIL),
  /** What one entry starts is bounded, not what all do that are on their way. */
  TAIL_OF_ONE_ENTRY(12, Check.TAIL),
  /** A superpeer is not told that calls wait for nothing but its next entry. */
  TAIL_UNACKNOWLEDGED(12, Check.TAIL),
  /** An outcome that may have run frees its slot. */
  UNPROVED_END_FREES(13, Check.PROVIDER),
  /** A cancel frees the slots of what it cancels. */
  CANCEL_FREES(13, Check.PROVIDER),
  /** A TakeOver frees the slots of earlier executors instead of leasing them. */
  TAKE_OVER_FREES(13, Check.PROVIDER),
  /** What ends with a race, a time limit or a failure beside it frees its slot at once. */
  DROPPED_FREES(13, Check.PROVIDER),
  /** Fences forget the timeout of the function. */
  FENCE_WITHOUT_TIMEOUT(13, Check.PROVIDER),
  /** The provider lets functions run on after their timeout. */
  TIMEOUT_NOT_ENFORCED(14, Check.PROVIDER),
  /** Only the leaf of a call limits it. */
  LEAVES_LIMIT_ALONE(16, Check.PROVIDER),
  /** Calls start in the order in which they came. */
  ORDER_OF_ARRIVAL(16, Check.ORDER),
  /** Deadlines order calls, what remains to be done after them does not. */
  RANK_IGNORED(16, Check.ORDER),
  /** A scope that is open is forgotten where it hangs, until something of it changes. */
  EDGE_LOST(16, Check.INVARIANTS, "nothing holds"),
  /** Who asks why a call waits is told that its scope is full where a ramp or a lesson shuts it. */
  WRONG_LIMIT_TOLD(16, Check.ORDER, "is held by"),
  /** Starts are counted by the calendar's seconds and minutes. */
  RATE_BY_CALENDAR(15, Check.LIMITS),
  /** A take-over empties what counts starts. */
  RATE_FORGETS_AT_TAKE_OVER(15, Check.LIMITS),
  /** A scope whose rate is used up holds all others up. */
  TIME_SHUT_BLOCKS(16, Check.ORDER),
  /** As much may run from the beginning as ever may. */
  RAMP_JUMPS(16, Check.LIMITS),
  /** A call for which its provider had no room has been tried. */
  THROTTLE_COUNTS_AN_ATTEMPT(16, Check.LIMITS, "was throttled"),
  /** A call for which its provider had no room comes last. */
  THROTTLE_LOSES_PLACE(16, Check.LIMITS, "was throttled"),
  /** What a node has no room for is taken for what its provider has none for. */
  OWN_FULLNESS_TEACHES(16, Check.LIMITS, "providers refused"),
  /** What a provider refuses leaves what was learned of its limit as it was. */
  LEARNS_NOTHING(16, Check.LIMITS, "learned nothing"),
  /** What is held starts all the same. */
  HELD_STARTS(16, Check.HELD),
  /** What somebody wanted held or let go on is done however late it comes. */
  LATE_CONTROL(16, Check.HELD, "too late"),
  /** What somebody wanted held or let go on is done behind what they wanted later. */
  CONTROL_OUT_OF_ORDER(16, Check.HELD, "behind"),
  /** What a held invocation awaits starts all the same. */
  AWAITED_NOT_HELD(16, Check.INVARIANTS, "and held"),
  /** What is released stays where it is. */
  RELEASE_LOSES_CALLS(16, Check.INVARIANTS, "held by nothing"),
  /** What has another priority stays where it was. */
  PRIORITY_IGNORED(17, Check.ORDER),
  /** As much may wait as there is. */
  QUEUE_UNBOUNDED(17, Check.ADMISSION, "is taken"),
  /** All callers have the same weight. */
  WEIGHT_IGNORED(17, Check.ADMISSION, "of its flow"),
  /** Where calls wait, what comes of others is refused. */
  REFUSES_RESULTS(19, Check.LIVENESS),
  /** What has failed again and again is called like anything else. */
  BREAKER_NEVER_OPENS(16, Check.BREAKERS),
  /** What does not answer is left alone for ever. */
  BREAKER_NEVER_CLOSES(19, Check.LIVENESS),
  /** What calls something that does not answer ends for that. */
  BREAKER_FAILS_CALLS(16, Check.ENDINGS),
  /** What failed for good ends its branch, as if nobody wanted to look at it. */
  INCIDENT_NOT_KEPT(19, Check.INCIDENTS, "is to wait, and does not"),
  /** What somebody has tried again is given up. */
  RETRIED_IS_GIVEN_UP(19, Check.ENDINGS, "broken"),
  /** What somebody has tried again with other input has another one than that. */
  OTHER_INPUT_IGNORED(19, Check.INCIDENTS, "is tried again as"),
  /** What somebody has tried again starts while its last attempt may run. */
  RETRIED_BEFORE_FENCE(13, Check.INCIDENTS, "is tried again as"),
  /** Somebody who leads the cell anew forgets what waits for a person. */
  INCIDENT_FORGOTTEN(19, Check.INCIDENTS, "waited for no more"),
  /** Everything is tried again as if all else was well. */
  RETRY_BUDGET_IGNORED(16, Check.RETRIES),
  /** A scope that time opens is not announced to the superpeer. */
  OPENING_UNANNOUNCED(19, Check.LIVENESS),
  /** Each replica computes ranks for itself. */
  REPLICAS_RANK(17, Check.REPLICAS),
  /** A transition applies though what it read has changed. */
  STALE_APPLIES(18, Check.ENDINGS),
  /** A stale transition takes the outcome that came with it along. */
  STALE_DROPS_OUTCOME(18, Check.OUTCOMES),
  /** The result of what a timer has ended applies. */
  STALE_APPLIES_AFTER_TIMER(18, Check.MOVES),
  /** The context is replaced though somebody else has replaced it since it was read. */
  CONTEXT_UNGUARDED(18, Check.CONTEXT),
  /** What a stale transition emits is announced all the same. */
  STALE_EMITS(18, Check.EVENTS),
  /** What a transition emits is not announced. */
  EMIT_FORGOTTEN(18, Check.LIVENESS),
  /** What the end of an invocation should end lives on. */
  DESCENDANTS_LIVE_ON(19, Check.INVARIANTS),
  /** Apply does not say that a signal is still pending. */
  CONTINUE_FORGOTTEN(19, Check.LIVENESS),
  /** A new superpeer is not told of the signals that are pending. */
  RESUME_FORGETS_SIGNALS(19, Check.LIVENESS),
  /** A new superpeer is not told of the timers that are set. */
  RESUME_FORGETS_TIMERS(19, Check.LIVENESS),
  /** The first at its end does not end the others. */
  LOSERS_LIVE_ON(19, Check.FAMILIES),
  /** A race is not one: all come to their end. */
  RACE_IS_A_FORK(19, Check.ENDINGS),
  /** A branch that fails does not end its siblings. */
  SIBLINGS_LIVE_ON(19, Check.FAMILIES),
  /** A branch that fails has merely ended. */
  FAILURE_IS_AN_END(19, Check.ENDINGS),
  /** A timer does not end what the branch waits for. */
  LATE_LIVES_ON(19, Check.FAMILIES),
  /** Who completes the invocation completes a branch only. */
  COMPLETES_ITS_BRANCH(19, Check.ENDINGS),
  /** A timer goes off after half of its time. */
  TIMER_EARLY(19, Check.TIMERS),
  /** A timer goes off a second late. */
  TIMER_LATE(19, Check.TIMERS),
  /** A timer that is set is not announced to the superpeer. */
  TIMERS_UNANNOUNCED(19, Check.LIVENESS),
  /** An event that waits to be heard is lost. */
  WAITING_EVENT_LOST(19, Check.EVENTS),
  /** What is addressed to an invocation is lost where no branch listens. */
  KEPT_EVENT_LOST(19, Check.EVENTS),
  /** What a branch has passed over is taken. */
  PASSED_IS_TAKEN(19, Check.LIVENESS),
  /** What is addressed is taken by all who have heard it. */
  TAKEN_TWICE(19, Check.EVENTS),
  /** A list opens one item more than it may. */
  LIST_OPENS_TOO_MANY(20, Check.FAMILIES),
  /** A list forgets an item. */
  LIST_FORGETS_AN_ITEM(20, Check.ENDINGS),
  /** The items of a list come in another order. */
  LIST_OUT_OF_ORDER(20, Check.ENDINGS),
  /** A new superpeer begins again what an earlier one had begun. */
  CHILD_DOUBLED(21, Check.RUNS),
  /** What was awaited lives on when its parent has ended. */
  AWAITED_LIVES_ON(21, Check.RUNS),
  /** What has lost a race, or is late, lives on where it was awaited. */
  ORPHAN_LIVES_ON(21, Check.RUNS),
  /** A new superpeer begins again the occurrence that an earlier one had begun. */
  OCCURRENCE_DOUBLED(8, Check.SCHEDULES),
  /** An occurrence that nobody has interpreted yet is lost when another superpeer takes over. */
  OCCURRENCE_LOST(8, Check.SCHEDULES),
  /** A turn that is due is put off to the next. */
  TURN_PUT_OFF(8, Check.SCHEDULES),
  /** Occurrences overlap though they must not. */
  OVERLAP_IGNORED(8, Check.SCHEDULES),
  /** Apply does not ask for the calendar: only a new superpeer looks at it. */
  CALENDAR_UNASKED(8, Check.SCHEDULES),
  /** A new superpeer does not look at the calendar where an earlier one was about to. */
  RESUME_FORGETS_CALENDARS(8, Check.SCHEDULES),
  /** What a schedule has heard is lost before it is compared. */
  TRIGGER_LOST(8, Check.SCHEDULES),
  /** A new superpeer does not compare what an earlier one was about to. */
  RESUME_FORGETS_TRIGGERS(8, Check.SCHEDULES),
  /** What was found of one event counts for the next as well. */
  VERDICT_OF_ANY_EVENT(22, Check.SCHEDULES),
  /** The same id twice is two invocations. */
  SUBMIT_TWICE_RUNS_TWICE(22, Check.ENDINGS),
  /** The same event twice is two. */
  EVENT_TWICE_IS_TWO(22, Check.EVENTS),
  /** An outcome counts for whichever attempt of its call is under way. */
  OUTCOME_OF_ANY_ATTEMPT(22, Check.PROVIDER),
  /** What may be in the log is said not to be. */
  UNKNOWN_IS_CALLED_FAILED(22, Check.ANSWERS),
  /** A superpeer applies the entry that it made, not the bytes of the log. */
  PROPOSER_APPLIES_ITS_OBJECT(23, Check.REPLICAS),
  /** An apply proposes. */
  APPLY_PROPOSES(23, Check.LOG),
  /** Receipts live for a tenth of their time. */
  RECEIPT_TOO_SHORT(24, Check.RECEIPTS),
  /** A full memory forgets its oldest receipt. */
  RECEIPT_EVICTED(24, Check.RECEIPTS),
  /** Who asks again after its time is served. */
  EXPIRED_IS_TAKEN(24, Check.RECEIPTS),
  /** An id is free while an attempt of it may run. */
  HELD_ID_IS_FREE(24, Check.RECEIPTS, "may run still"),
  /** What is merely readable holds its id. */
  HISTORY_HOLDS_ITS_ID(24, Check.RECEIPTS, "is refused for no reason"),
  /** What is merely readable counts where something new is to be taken. */
  HISTORY_COUNTS_AS_RECEIPTS(24, Check.RECEIPTS, "is refused for no reason"),
  /** Nothing new is taken where history leaves too little room for it. */
  HISTORY_COUNTS_AS_MEMORY(24, Check.RECEIPTS, "is refused for no reason"),
  /** The calls of each invocation of an id that comes again are numbered from 1. */
  NUMBERS_BEGIN_ANEW(24, Check.OUTCOMES, "for an earlier invocation"),
  /** An outcome of an earlier invocation of its id counts for this one. */
  OUTCOME_OF_EARLIER_LIFE_COUNTS(24, Check.OUTCOMES, "has ended"),
  /** Receipts count among what is kept beyond them, and go with it. */
  RETENTION_DROPS_A_RECEIPT(24, Check.RETENTION),
  /** Ended invocations are readable for longer than they should, and more of them. */
  RETENTION_TOO_LONG(24, Check.RETENTION),
  /** Nothing is readable beyond its receipt. */
  RETENTION_IGNORED(24, Check.RETENTION),
  /** A snapshot does not hold how long what has ended is to be readable. */
  SNAPSHOT_WITHOUT_RETENTION(24, Check.REPLICAS),
  /** Whoever believes to lead says "not found" at once. */
  READ_WITHOUT_BARRIER(26, Check.READS),
  /** Anybody says "not found", whatever the caller has seen. */
  READ_WITHOUT_INDEX(26, Check.READS),
  /** A new superpeer does not know of the move that an earlier one has begun. */
  MOVE_FORGOTTEN(27, Check.MEMBERS, "is registered"),
  /** Who asks for a move while another is open has that taken for done. */
  SECOND_MOVE_ENDS_FIRST(27, Check.MEMBERS),
  /** The end of a move that is over ends the one that is open. */
  LATE_ENDING_COUNTS(27, Check.MEMBERS),
  /** The members are what they would be had the move been done that was undone. */
  UNDONE_IS_DONE(27, Check.MEMBERS),
  /** Members are moved by who takes others for the members. */
  BEFORE_UNLOOKED_AT(27, Check.MEMBERS),
  /** A new superpeer does not know whose replicas are left to be cleaned. */
  FORMER_FORGOTTEN(28, Check.MEMBERS, "is registered"),
  /** Who was cleaned before it was added again, and left again, is taken for clean. */
  LATE_CLEANING_COUNTS(28, Check.MEMBERS),
  /** A record that goes does not release the large value that it held. */
  TEXT_MISCOUNTED(33, Check.TEXTS, "miscounted"),
  /** An upload that nobody goes on with stays. */
  UPLOADS_NOT_SWEPT(33, Check.TEXTS, "are left"),
  /** A command is applied though a text that it refers to is not there. */
  ABSENT_IS_APPLIED(33, Check.TEXTS, "without its texts"),
  /** A part is appended wherever it belongs. */
  OFFSET_UNCHECKED(33, Check.TEXTS, "is refused"),
  /** New work may take all the room that there is for large values. */
  NEW_WORK_TAKES_ALL(33, Check.TEXTS, "new work"),
  /** A result that finds no room at once is a failure. */
  SHORTAGE_IS_FINAL(33, Check.TEXTS, "of a moment"),
  /** A snapshot does not hold what is held. */
  HOLD_FORGOTTEN_BY_SNAPSHOT(35, Check.REPLICAS),
  /** A snapshot does not hold what waits for a person. */
  SNAPSHOT_WITHOUT_INCIDENTS(35, Check.REPLICAS),
  /** A snapshot does not hold who the members are. */
  SNAPSHOT_WITHOUT_MEMBERS(35, Check.REPLICAS),
  /** A snapshot does not hold what does not answer. */
  SNAPSHOT_WITHOUT_BREAKERS(35, Check.REPLICAS),
  /** A snapshot does not hold the uploads. */
  SNAPSHOT_WITHOUT_UPLOADS(35, Check.REPLICAS),
  /** A superpeer takes all members to read what it reads itself. */
  ACTIVATES_WITHOUT_ALL(36, Check.FORMATS),
  /** A superpeer says what its build knows, whatever is active. */
  WRITES_AHEAD_OF_ACTIVE(36, Check.FORMATS),
  /** A new superpeer is not told what is active. */
  RESUME_FORGETS_ACTIVE(36, Check.FORMATS),
  /** A snapshot does not hold what is active. */
  SNAPSHOT_WITHOUT_ACTIVE(36, Check.REPLICAS),
  /** One replica decides otherwise than the others. */
  REPLICA_PARTS(39, Check.AGREEMENT),
  /** A replica measures what it is by the time at which somebody has the time to measure. */
  MEASURED_LATE(39, Check.AGREEMENT),
  /** A snapshot is encoded from what the state is by then. */
  SNAPSHOT_ENCODED_LATE(35, Check.HISTORY),
  /** The log is purged up to what is applied, not to what is durable. */
  PURGED_BEFORE_DURABLE(35, Check.REPLICAS),
  /** A snapshot does not hold the leases. */
  SNAPSHOT_WITHOUT_LEASES(35, Check.REPLICAS),
  /** A snapshot does not hold which slots were filled unseen. */
  SNAPSHOT_WITHOUT_TAIL(35, Check.REPLICAS),
  /** A snapshot does not hold what was started under each rate. */
  SNAPSHOT_WITHOUT_RATES(35, Check.REPLICAS),
  /** A snapshot does not hold since when calls wait. */
  SNAPSHOT_WITHOUT_WAITS(35, Check.REPLICAS),
  /** A snapshot does not hold the timers of branches. */
  SNAPSHOT_WITHOUT_TIMERS(35, Check.REPLICAS),
  /** A snapshot does not hold what waits for the ears of branches. */
  SNAPSHOT_WITHOUT_MAIL(35, Check.REPLICAS);

  private final int rule;
  private final Check foundBy;
  private final String because;

  Planted(int rule, Check foundBy) {
    this(rule, foundBy, "");
  }

  Planted(int rule, Check foundBy, String because) {
    this.rule = rule;
    this.foundBy = foundBy;
    this.because = because;
  }

  int rule() {
    return rule;
  }

  Check foundBy() {
    return foundBy;
  }

  /** A part of what the check says; empty where whatever it finds is of the bug. */
  String because() {
    return because;
  }
}
