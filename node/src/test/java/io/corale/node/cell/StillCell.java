package io.corale.node.cell;

import io.corale.flow.Composition;
import io.corale.model.Account;
import io.corale.model.AttemptId;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Refusal;
import io.corale.model.SealedSecret;
import io.corale.node.registry.BornMember;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Explanation;
import io.corale.scheduler.Forecast;
import io.corale.scheduler.Inquiry;
import io.corale.scheduler.Inventory;
import io.corale.scheduler.Measured;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Urgency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A cell without a node: what it is given is applied at once, and nothing else. Thread-safe. */
public final class StillCell implements Cell {
  private final CellId id;
  private final Executor self = new Executor(new Incarnation(new NodeId("n1"), 1), 1);
  private final OwnerScheduler scheduler = new OwnerScheduler();
  private long index;
  private boolean isDeposed;
  private boolean isFollower;
  private Optional<NodeId> hint = Optional.empty();
  private Optional<Refusal> shortage = Optional.empty();

  /** One that defines these and has no account. */
  public StillCell(List<Composition> compositions) {
    this(new OwnerId("acme"), compositions);
  }

  /** That of an owner. */
  public StillCell(OwnerId owner, List<Composition> compositions) {
    id = CellId.home(owner);
    List<Command> commands = new ArrayList<>();
    commands.add(new Command.TakeOver(self));
    commands.add(new Command.Opened(id, 1));
    compositions.forEach(
        each ->
            commands.add(
                new Command.Define(
                    each.ref(), each.canonical(), each.tellsIn(), each.wantsIncidents())));
    apply(0, commands).results().stream()
        .filter(result -> !result.equals(new Result.Done()))
        .forEach(
            refused -> {
              throw new IllegalArgumentException("not defined: " + refused);
            });
  }

  /** One more entry of its log, so long after the one before. */
  public synchronized Applied apply(long elapsedMicros, List<Command> commands) {
    Entry entry = new Entry(self, index, elapsedMicros, index, false, commands);
    return scheduler.apply(1, ++index, entry);
  }

  /** From now on another node leads it, of which its own state knows nothing. */
  public synchronized void depose() {
    isDeposed = true;
  }

  /** From now on another node leads it, which its own state knows, too. */
  public synchronized void follow() {
    isFollower = true;
  }

  /** From now on it follows, and Raft says that this node leads it. */
  public synchronized void follow(NodeId leader) {
    isFollower = true;
    hint = Optional.of(leader);
  }

  /** From now on its log has no room for new work, for this reason. */
  public synchronized void crowd(Refusal why) {
    shortage = Optional.of(why);
  }

  @Override
  public synchronized Optional<Refusal> shortage() {
    return shortage;
  }

  @Override
  public synchronized <T> T read(Function<OwnerScheduler, T> question) {
    return question.apply(scheduler);
  }

  @Override
  public CellId id() {
    return id;
  }

  @Override
  public int activeFormat() {
    return scheduler.activeFormat();
  }

  @Override
  public Forecast.Band foretold(Explanation.Expected expected) {
    return new Forecast.Band(0, expected.micros(), false, 0);
  }

  @Override
  public List<Account> accounts() {
    return read(OwnerScheduler::accounts);
  }

  @Override
  public List<SealedSecret> secrets() {
    return List.of();
  }

  @Override
  public synchronized Standing standing() {
    return isFollower ? Standing.FOLLOWER : Standing.SUPERPEER;
  }

  @Override
  public long epoch() {
    return 1;
  }

  @Override
  public long term() {
    return 1;
  }

  @Override
  public synchronized long termServed() {
    return isSuperpeer() && !isDeposed ? 1 : 0;
  }

  @Override
  public long configuration() {
    return 0;
  }

  @Override
  public long applied() {
    return read(OwnerScheduler::appliedIndex);
  }

  @Override
  public synchronized Optional<NodeId> superpeerHint() {
    return hint;
  }

  @Override
  public boolean isStuck(Duration patience) {
    return false;
  }

  @Override
  public Optional<String> outOfOrder() {
    return Optional.empty();
  }

  @Override
  public List<BornMember> members() {
    throw still();
  }

  @Override
  public String group() {
    throw still();
  }

  @Override
  public CompletableFuture<Reply> propose(Command command, Urgency urgency) {
    Result result = apply(0, List.of(command)).results().get(0);
    return CompletableFuture.completedFuture(
        result instanceof Result.Refused refused
            ? new Reply.Refused(refused.refusal())
            : new Reply.Applied(result, applied()));
  }

  @Override
  public synchronized CompletableFuture<Reply> barrier() {
    return CompletableFuture.completedFuture(
        isDeposed
            ? new Reply.NotSuperpeer(Optional.empty())
            : new Reply.Applied(new Result.Done(), applied()));
  }

  @Override
  public CompletableFuture<Optional<Ended>> ended(InvocationId invocation, long seenIndex) {
    throw still();
  }

  @Override
  public void measured(NodeId member, Measured what) {
    throw still();
  }

  @Override
  public void outcome(AttemptId attempt, Outcome outcome, long durationMicros) {
    throw still();
  }

  @Override
  public CompletableFuture<Inventory> inventory(Inquiry inquiry) {
    throw still();
  }

  @Override
  public void forwarded(AttemptId attempt) {
    throw still();
  }

  @Override
  public void inventoried(long number, Optional<Inventory> inventory) {
    throw still();
  }

  @Override
  public Footprint footprint() {
    throw still();
  }

  @Override
  public CompletableFuture<Void> transferLeadership(NodeId to) {
    throw still();
  }

  private static UnsupportedOperationException still() {
    return new UnsupportedOperationException("this cell is still");
  }
}
