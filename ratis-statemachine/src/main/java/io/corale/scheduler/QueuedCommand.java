package io.corale.scheduler;

/** A command on its way into the log, with whom it must be told to. */
final class QueuedCommand {
  /** Who wants to know what became of a command. */
  sealed interface Asker {
    /** Somebody at the driver's door, who asked at this time on this node's clock. */
    record Door(long ticket, long askedNanos) implements Asker {}

    /** The continuation of a branch at a step. */
    record Branch(BranchKey key) implements Asker {}

    /** Nobody: what it settles is seen when it is applied. */
    record Nobody() implements Asker {}
  }

  private final Asker asker;
  private final Command command;
  private final int sizeBytes;
  private final Urgency urgency;
  private final int shipped;
  private boolean mayBeInLog;
  private boolean isDone;

  QueuedCommand(Asker asker, Command command, int sizeBytes, Urgency urgency) {
    this(asker, command, sizeBytes, urgency, 0);
  }

  private QueuedCommand(Asker asker, Command command, int sizeBytes, Urgency urgency, int shipped) {
    this.asker = asker;
    this.command = command;
    this.sizeBytes = sizeBytes;
    this.urgency = urgency;
    this.shipped = shipped;
  }

  /** The same, whose texts are in the log; what was asked for is as good as asked for now. */
  QueuedCommand laden(long nowNanos) {
    Asker now = asker instanceof Asker.Door door ? new Asker.Door(door.ticket(), nowNanos) : asker;
    return copy(now, shipped + 1);
  }

  /** The same, which was applied without its texts, so that nothing came of it. */
  QueuedCommand undone() {
    return copy(asker, shipped);
  }

  private QueuedCommand copy(Asker asker, int shipped) {
    QueuedCommand copy = new QueuedCommand(asker, command, sizeBytes, urgency, shipped);
    copy.mayBeInLog = mayBeInLog;
    return copy;
  }

  /** How often its texts were brought into the log. */
  int shipped() {
    return shipped;
  }

  Asker asker() {
    return asker;
  }

  Command command() {
    return command;
  }

  int sizeBytes() {
    return sizeBytes;
  }

  Urgency urgency() {
    return urgency;
  }

  /** Whether whoever asked for it did so more than this long ago. */
  boolean isOlderThan(long nanos, long nowNanos) {
    return asker instanceof Asker.Door door && nowNanos - door.askedNanos() > nanos;
  }

  /** Whether it was proposed at least once, so that its fate is not ours to tell. */
  boolean mayBeInLog() {
    return mayBeInLog;
  }

  void proposed() {
    mayBeInLog = true;
  }

  /** Whether it has been seen applied, by whichever of its proposals. */
  boolean isDone() {
    return isDone;
  }

  void done() {
    isDone = true;
  }
}
