package io.corale.node.observe;

import static io.corale.node.observe.Measure.Fold.LARGEST;
import static io.corale.node.observe.Measure.Fold.SUM;
import static io.corale.node.observe.Measure.Kind.COUNTER;
import static io.corale.node.observe.Measure.Kind.GAUGE;
import static io.corale.node.observe.Measure.Kind.SUMMARY;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Everything that a node measures, in one place: what it is called, its kind, its labels and its
 * meaning. Units are base units and end the name. {@code docs/metrics.md} says the same, by test.
 */
public enum Measure {
  // What an owner's providers are asked to do; told by the superpeer of a cell only.
  SCOPE_QUEUED(
      "corale_scope_queued_calls",
      GAUGE,
      SUM,
      "Ready calls that wait for a slot of this scope, all below it included.",
      "account cell owner provider scope"),
  SCOPE_RUNNING(
      "corale_scope_running_calls",
      GAUGE,
      SUM,
      "Slots of this scope whose attempt's outcome is awaited.",
      "account cell owner provider scope"),
  SCOPE_LEASED(
      "corale_scope_leased_calls",
      GAUGE,
      SUM,
      "Slots of this scope whose attempt may still run though nobody awaits it.",
      "account cell owner provider scope"),
  SCOPE_LIMIT(
      "corale_scope_limit_calls",
      GAUGE,
      SUM,
      "How many calls may run at once in this scope, as declared, or less where its provider allows"
          + " less; exceeded by running and leased only after it was lowered.",
      "account cell owner provider scope"),
  CIRCUITS_OPEN(
      "corale_circuits_open",
      GAUGE,
      SUM,
      "Implementations that do not answer, so that their calls wait.",
      "account cell owner provider"),
  CIRCUITS_WAITING(
      "corale_circuits_waiting_calls",
      GAUGE,
      SUM,
      "Calls that wait until what they call answers; they are in no scope's count.",
      "account cell owner provider"),
  RETRIES_LEFT(
      "corale_retries_left",
      GAUGE,
      SUM,
      "How many calls may be tried again at once before retries wait.",
      "account cell owner provider"),
  SCOPE_LIMIT_OF_KIND(
      "corale_scope_limit",
      GAUGE,
      SUM,
      "Of scopes with more limits than that: how many may run at once now (concurrency), and start"
          + " in a second or minute (rate_second, rate_minute).",
      "account cell kind owner provider scope"),
  ACCOUNT_WAIT_SECONDS(
      "corale_account_wait_seconds",
      SUMMARY,
      SUM,
      "How long calls that were started waited for a slot, in cell time; 0 where one was free.",
      "account owner"),
  LIVE(
      "corale_cell_live_invocations",
      GAUGE,
      SUM,
      "Invocations that were accepted and have not ended.",
      "cell owner"),
  HELD_CALLS(
      "corale_cell_held_calls",
      GAUGE,
      SUM,
      "Calls that wait because their invocation, its composition or all of their owner is held.",
      "cell owner"),
  INCIDENTS(
      "corale_cell_incidents",
      GAUGE,
      SUM,
      "Calls that have failed for good and wait for a person.",
      "cell owner"),
  QUEUED_CALLS("corale_cell_queued_calls", GAUGE, SUM, "Calls that wait for a slot.", "cell owner"),
  QUEUED_BYTES("corale_cell_queued_bytes", GAUGE, SUM, "What those weigh.", "cell owner"),
  MOST_QUEUED(
      "corale_cell_queued_calls_max",
      GAUGE,
      SUM,
      "So many may wait before submits are refused, by the terms of the owner; 0: any number.",
      "cell owner"),
  RECEIPTS(
      "corale_cell_receipts",
      GAUGE,
      SUM,
      "Ended invocations that are remembered until their callers ask no more.",
      "cell owner"),
  HISTORY(
      "corale_cell_history",
      GAUGE,
      SUM,
      "Ended invocations that are readable beyond that, as their owner wants.",
      "cell owner"),
  HISTORY_BYTES(
      "corale_cell_history_bytes",
      GAUGE,
      SUM,
      "What those take of the bytes of all invocations; it makes room by itself.",
      "cell owner"),
  RECORDS_BYTES(
      "corale_cell_records_bytes",
      GAUGE,
      SUM,
      "What all invocations take of 256 MiB; beyond that history goes, then new work is refused.",
      "cell owner"),
  TEXTS_BYTES(
      "corale_cell_texts_bytes",
      GAUGE,
      SUM,
      "What their large values take of 128 MiB; where all but history takes 96, no more begin.",
      "cell owner"),
  ACCEPTED(
      "corale_invocations_accepted_total",
      COUNTER,
      SUM,
      "Invocations that this node, as superpeer, acknowledged as new.",
      "owner"),
  REFUSED(
      "corale_invocations_refused_total",
      COUNTER,
      SUM,
      "Invocations that this node's cells, as superpeer, refused in the log.",
      "code owner"),
  OVERLOADED(
      "corale_invocations_overloaded_total",
      COUNTER,
      SUM,
      "Submits that this node, as superpeer, refused for now, in the log or before, by what was"
          + " full (what=queue, invocations, quota, cell, log, node, other).",
      "owner what"),
  ENDED(
      "corale_invocations_ended_total",
      COUNTER,
      SUM,
      "Invocations that ended while this node was their superpeer.",
      "ending owner"),

  // Attempts that this node performs at providers.
  ATTEMPTS(
      "corale_attempts_total",
      COUNTER,
      SUM,
      "Attempts of this node that ended, by kind of outcome.",
      "outcome owner provider"),
  THROTTLED(
      "corale_throttled_total",
      COUNTER,
      SUM,
      "Attempts of this node that were refused for now, by the provider or because this node had no"
          + " room (by=provider, node).",
      "account by owner provider"),
  LIMITS_ASKED(
      "corale_limits_asked_total",
      COUNTER,
      SUM,
      "How often the provider of an account was asked what it allows, for accounts that want that"
          + " (outcome=answered, failed); what came too early for the cell is not counted, what the"
          + " registry or this node could not do is, as failed.",
      "account outcome owner provider"),
  ATTEMPTS_OUTSTANDING(
      "corale_attempts_outstanding",
      GAUGE,
      SUM,
      "Attempts that this node has begun and that have not ended.",
      ""),
  ATTEMPT_SECONDS(
      "corale_attempt_seconds",
      SUMMARY,
      SUM,
      "From the moment an attempt left to its outcome.",
      "provider"),
  ATTEMPT_WAIT_SECONDS(
      "corale_attempt_send_wait_seconds",
      SUMMARY,
      SUM,
      "From the superpeer's decision to the moment an attempt left, or was given up unsent.",
      "provider"),

  // Cells: every replica on this node.
  CELLS("corale_cells", GAUGE, SUM, "Cells awake on this node, by where they stand.", "standing"),
  CELLS_LOST(
      "corale_cells_lost",
      GAUGE,
      SUM,
      "Cells of which this node has lost its replica; their superpeers bring them back.",
      ""),
  CELLS_UNREAD(
      "corale_cells_unread",
      GAUGE,
      SUM,
      "Replicas on this node's disk that it does not open, for it cannot read of which cells they"
          + " are.",
      ""),
  CELL_STANDING(
      "corale_cell_standing",
      GAUGE,
      SUM,
      "1 for the standing of this replica: superpeer, taking_over, follower, quarantined, closed.",
      "cell owner standing"),
  CELL_TERM(
      "corale_cell_term", GAUGE, LARGEST, "The Raft term that this replica knows.", "cell owner"),
  CELL_APPLIED(
      "corale_cell_applied_index",
      GAUGE,
      LARGEST,
      "The index of the log that this replica has applied.",
      "cell owner"),
  CELL_FORMAT(
      "corale_cell_format",
      GAUGE,
      LARGEST,
      "The format that entries of this cell's log may have; all its members read it.",
      "cell owner"),
  CELL_LOG_BYTES(
      "corale_cell_log_bytes", GAUGE, SUM, "What this replica's log takes on disk.", "cell owner"),
  CELL_SNAPSHOT_BYTES(
      "corale_cell_snapshot_bytes",
      GAUGE,
      SUM,
      "What this replica's newest snapshot takes on disk.",
      "cell owner"),
  CELL_SNAPSHOT_AGE(
      "corale_cell_snapshot_age_seconds",
      GAUGE,
      LARGEST,
      "Since this replica's newest snapshot was written; absent where there is none.",
      "cell owner"),
  ENTRY_COMMANDS(
      "corale_cell_entry_commands",
      SUMMARY,
      SUM,
      "Commands in each entry that this node appended as superpeer; its count is the entries.",
      "cell owner"),
  COMMIT_SECONDS(
      "corale_cell_commit_seconds",
      SUMMARY,
      SUM,
      "From appending an entry to its being durable on a majority and applied here.",
      "cell owner"),
  ENTRIES_FAILED(
      "corale_cell_entries_failed_total",
      COUNTER,
      SUM,
      "Entries of this node that may not be in the log.",
      "cell owner"),
  COMPARED(
      "corale_cell_compared_total",
      COUNTER,
      SUM,
      "Times that this replica's state was compared with the others', by what came of it.",
      "cell owner verdict"),
  REOPENED(
      "corale_cell_reopened_total",
      COUNTER,
      SUM,
      "Times that this replica, out of order for this cause, was opened again and took part.",
      "cause cell owner"),
  REOPENING_FAILED(
      "corale_cell_reopening_failed_total",
      COUNTER,
      SUM,
      "Times that this replica, out of order, was opened again in vain.",
      "cell owner"),
  REPAIRED(
      "corale_repair_steps_total",
      COUNTER,
      SUM,
      "Steps that this node, as superpeer, has taken to bring lost members back: await, remove,"
          + " return, add.",
      "cell owner step"),
  REPAIR_FAILED(
      "corale_repair_failed_total",
      COUNTER,
      SUM,
      "Looks at the members, or steps to bring one back, that have failed; they are repeated.",
      "cell owner"),
  DISK_USABLE(
      "corale_disk_usable_bytes",
      GAUGE,
      SUM,
      "What the disk with the replicas has left, as of the last second.",
      ""),

  // The door.
  DOOR_CONNECTIONS(
      "corale_door_connections", GAUGE, SUM, "Connections that the door holds open.", ""),
  DOOR_OPEN("corale_door_open_requests", GAUGE, SUM, "Requests taken and not yet answered.", ""),
  DOOR_REQUESTS(
      "corale_door_requests_total",
      COUNTER,
      SUM,
      "Requests by kind and outcome: ok, unknown, forgotten by who asked, or the refusal's code.",
      "kind outcome"),
  DOOR_SECONDS(
      "corale_door_request_seconds",
      SUMMARY,
      SUM,
      "From taking a request to its first response.",
      "kind"),
  DOOR_WAIT(
      "corale_door_wait_seconds",
      SUMMARY,
      SUM,
      "From decoding a request to the moment at which a thread takes it.",
      ""),
  DOOR_REFUSAL(
      "corale_door_refusal_seconds",
      SUMMARY,
      SUM,
      "From decoding a request to its written refusal, by who asked (client, node).",
      "asker code"),
  DOOR_LATE_REFUSALS(
      "corale_door_late_refusals_total",
      COUNTER,
      SUM,
      "Of those, which took more than 5 ms.",
      "asker code"),
  POOL_WAIT(
      "corale_pool_wait_seconds",
      SUMMARY,
      SUM,
      "How long what an owner had to do waited for a thread that all owners share (pool=admit,"
          + " evaluate).",
      "owner pool"),
  DOOR_SHED(
      "corale_door_shed_total",
      COUNTER,
      SUM,
      "Requests and connections turned away because the door was full or leaving.",
      "what"),
  DOOR_SLOWED(
      "corale_door_slowed_total",
      COUNTER,
      SUM,
      "How often a connection was not read for a while, as it had caused more than its share of"
          + " refusals.",
      ""),
  DOOR_RECEIVED("corale_door_received_bytes_total", COUNTER, SUM, "Bytes read at the door.", ""),
  DOOR_SENT("corale_door_sent_bytes_total", COUNTER, SUM, "Bytes written at the door.", ""),

  // What is large: values of more than 32 KiB.
  FREIGHT_CAPACITY(
      "corale_freight_capacity_bytes",
      GAUGE,
      SUM,
      "What large requests, arguments and results of calls (work), and answers while they are"
          + " written, may hold at once.",
      "what"),
  FREIGHT_USED("corale_freight_used_bytes", GAUGE, SUM, "What they hold.", "what"),
  FREIGHT_WAITING(
      "corale_freight_waiting", GAUGE, SUM, "Those that wait until they have room.", "what"),
  FREIGHT_REFUSED(
      "corale_freight_refused_total",
      COUNTER,
      SUM,
      "Large requests and arguments that were refused because they had no room, and results that"
          + " waited for it in vain.",
      "what"),

  // The registry.
  REGISTRY_CONNECTED(
      "corale_registry_connected", GAUGE, SUM, "1 while ZooKeeper is reached, else 0.", ""),
  REGISTRY_SILENCE(
      "corale_registry_answer_age_seconds",
      GAUGE,
      LARGEST,
      "Since ZooKeeper last answered a request; while it is away, what is cached is at least as"
          + " old.",
      ""),
  REGISTRY_REQUESTS(
      "corale_registry_requests_total",
      COUNTER,
      SUM,
      "Requests to ZooKeeper by kind, answered or not.",
      "kind outcome"),
  REGISTRY_SECONDS(
      "corale_registry_request_seconds",
      SUMMARY,
      SUM,
      "How long ZooKeeper took to answer, or was waited for in vain.",
      "kind"),

  // The overlay.
  MEMBERS("corale_members", GAUGE, SUM, "Nodes that the overlay knows, by state.", "state"),
  GOSSIP(
      "corale_gossip_messages_total",
      COUNTER,
      SUM,
      "Gossip over streams: messages sent, received, and sent without an answer (lost).",
      "direction"),

  DATAGRAMS(
      "corale_gossip_datagrams_total",
      COUNTER,
      SUM,
      "Datagrams of the overlay sent and received.",
      "direction"),
  DATAGRAM_BYTES(
      "corale_gossip_datagram_bytes_total",
      COUNTER,
      SUM,
      "Bytes of those datagrams, with what seals them.",
      "direction"),
  DATAGRAMS_REFUSED(
      "corale_gossip_datagrams_refused_total",
      COUNTER,
      SUM,
      "Datagrams received that could not be opened or read, by why.",
      "reason"),
  GOSSIP_WORDS(
      "corale_gossip_words_total",
      COUNTER,
      SUM,
      "What the overlay has told: verdicts, entries (claims), loads; of the rest, datagrams.",
      "class"),
  GOSSIP_WORD_BYTES(
      "corale_gossip_word_bytes_total",
      COUNTER,
      SUM,
      "Bytes of that; the rest is pings, answers, and what is around news.",
      "class"),
  GOSSIP_WAITING(
      "corale_gossip_words_waiting",
      GAUGE,
      SUM,
      "What is still to be told, within the budget, by class.",
      "class"),
  GOSSIP_GIVEN_UP(
      "corale_gossip_words_given_up_total",
      COUNTER,
      SUM,
      "What was not told as often as it should, since there was too much, by class.",
      "class"),
  GOSSIP_OLDEST(
      "corale_gossip_oldest_seconds",
      GAUGE,
      LARGEST,
      "The age of the oldest word that counts: of a node itself, of a load. A load that stays as it"
          + " is, is not told again.",
      "of"),
  GOSSIP_DROPPED(
      "corale_gossip_dropped_total",
      COUNTER,
      SUM,
      "What the overlay has heard and not taken, by why.",
      "reason"),
  GOSSIP_UNTOLD(
      "corale_gossip_untold_claims",
      GAUGE,
      SUM,
      "Cells of this node beyond 8191, of which others do not hear.",
      ""),
  OVERLAY_KEY_FILE(
      "corale_overlay_key_file_ok",
      GAUGE,
      SUM,
      "0 while the file of overlay.keyFile cannot be used and former keys stay in force, else 1.",
      ""),

  // Ratis, all groups of the process together.
  RAFT_APPEND(
      "corale_raft_log_append_seconds",
      SUMMARY,
      SUM,
      "From handing an entry to the log to its being written.",
      ""),
  RAFT_QUEUED(
      "corale_raft_log_queue_seconds",
      SUMMARY,
      SUM,
      "How long writes wait for the log's thread.",
      ""),
  RAFT_FLUSH("corale_raft_log_flush_seconds", SUMMARY, SUM, "Flushes of the log.", ""),
  RAFT_SYNC("corale_raft_log_sync_seconds", SUMMARY, SUM, "Syncs of the log to disk.", ""),
  RAFT_FOLLOWER_APPEND(
      "corale_raft_follower_append_seconds",
      SUMMARY,
      SUM,
      "How long this node, as follower, takes to append what a leader sent.",
      ""),
  RAFT_APPEND_RPC(
      "corale_raft_append_rpc_seconds",
      SUMMARY,
      SUM,
      "How long followers take to answer this node's entries; heartbeats are not counted.",
      ""),
  RAFT_RETRIES(
      "corale_raft_append_retries_total", COUNTER, SUM, "Appends to followers sent again.", ""),
  RAFT_TIMEOUTS(
      "corale_raft_append_timeouts_total",
      COUNTER,
      SUM,
      "Appends and heartbeats to followers that were not answered in time.",
      ""),
  RAFT_INCONSISTENCIES(
      "corale_raft_append_inconsistencies_total",
      COUNTER,
      SUM,
      "Appends that a follower refused because its log differs.",
      ""),
  RAFT_ELECTIONS(
      "corale_raft_elections_total", COUNTER, SUM, "Elections that this node ended.", ""),
  RAFT_ELECTION_TIMEOUTS(
      "corale_raft_election_timeouts_total",
      COUNTER,
      SUM,
      "Elections of this node that nobody won in time.",
      ""),
  RAFT_ELECTION_SECONDS(
      "corale_raft_election_seconds", SUMMARY, SUM, "How long this node's elections took.", ""),
  RAFT_TRANSFERS(
      "corale_raft_leadership_transfers_total", COUNTER, SUM, "Planned changes of leader.", ""),
  RAFT_REFUSED(
      "corale_raft_requests_refused_total",
      COUNTER,
      SUM,
      "Entries that Ratis did not take because its own limits were reached.",
      ""),
  RAFT_SNAPSHOTS_SENT(
      "corale_raft_snapshots_sent_total", COUNTER, SUM, "Snapshots sent to lagging followers.", ""),
  RAFT_SNAPSHOTS_INSTALLED(
      "corale_raft_snapshots_installed_total",
      COUNTER,
      SUM,
      "Snapshots that this node took from a leader.",
      ""),

  // The process.
  BUILD("corale_build_info", GAUGE, SUM, "1, for the build of this node.", "boot build node"),
  MEMORY_USED("jvm_memory_used_bytes", GAUGE, SUM, "Memory of the JVM in use.", "area"),
  MEMORY_MAX("jvm_memory_max_bytes", GAUGE, SUM, "How far it may grow, where bounded.", "area"),
  BUFFERS("jvm_buffer_used_bytes", GAUGE, SUM, "Memory held by buffers outside the heap.", "pool"),
  COLLECTIONS("jvm_gc_collections_total", COUNTER, SUM, "Garbage collections.", "collector"),
  COLLECTION_SECONDS(
      "jvm_gc_seconds_total", COUNTER, SUM, "Time spent on garbage collection.", "collector"),
  THREADS("jvm_threads", GAUGE, SUM, "Live threads.", ""),
  OPEN_FILES("process_open_fds", GAUGE, SUM, "Open file descriptors.", ""),
  MAX_FILES("process_max_fds", GAUGE, SUM, "How many file descriptors may be open.", ""),
  CPU("process_cpu_seconds_total", COUNTER, SUM, "Processor time used.", ""),
  STARTED("process_start_time_seconds", GAUGE, SUM, "When the process began, in Unix time.", ""),
  UPTIME("process_uptime_seconds", GAUGE, SUM, "Since the process began.", ""),

  // The watching itself.
  SCRAPE_SECONDS(
      "corale_observe_scrape_seconds",
      SUMMARY,
      SUM,
      "How long collecting all of this took, the last time not included.",
      ""),
  OVERFLOW(
      "corale_observe_overflow_total",
      COUNTER,
      SUM,
      "Values counted under the label 'other' because the metric has as many series as it may.",
      "metric");

  /** How Prometheus is told. */
  enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY
  }

  /** What becomes of the levels of series that do not fit. */
  enum Fold {
    SUM,
    LARGEST
  }

  /** Labels whose values somebody else chooses: there may be any number of them. */
  static final List<String> OPEN_LABELS = List.of("account", "cell", "owner", "provider", "scope");

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String exposed;
  private final Kind kind;
  private final Fold fold;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable.
  private final List<String> labels;

  Measure(String exposed, Kind kind, Fold fold, String help, String labels) {
    this.exposed = exposed;
    this.kind = kind;
    this.fold = fold;
    this.help = help;
    this.labels = labels.isEmpty() ? List.of() : List.of(labels.split(" ", -1));
  }

  /** Its name, with unit and suffix. */
  String exposed() {
    return exposed;
  }

  Kind kind() {
    return kind;
  }

  Fold fold() {
    return fold;
  }

  String help() {
    return help;
  }

  /** Its labels, sorted. */
  List<String> labels() {
    return labels;
  }

  /** By what recorded values of a summary are divided: durations are recorded in nanoseconds. */
  double scale() {
    return exposed.endsWith("_seconds") ? NANOS : 1;
  }
}
