package io.corale.flow;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.Ending;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Applied;
import io.corale.scheduler.Command;
import io.corale.scheduler.Effect;
import io.corale.scheduler.Entry;
import io.corale.scheduler.Executor;
import io.corale.scheduler.OwnerScheduler;
import io.corale.scheduler.Result;
import io.corale.scheduler.Signal;
import io.corale.scheduler.wire.EntryCodec;
import io.corale.sim.Chance;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * {@code deploy/bench/run apply}: what a replica does with each command of a log of chains of 5
 * steps, in processor time of one thread: decoding its entry, and applying it. The chains are those
 * of {@code deploy/bench/run cluster}: the same composition, input and results, results before new
 * work. The log is made once and replayed into empty schedulers.
 */
public final class ApplyBench {
  private static final int STEPS = 5;
  private static final int IN_FLIGHT = 256;

  /** What entries of a saturated cluster have, by {@code deploy/bench/run cluster}. */
  private static final int COMMANDS_PER_ENTRY = 70;

  /** As a superpeer's. */
  private static final int MOST_ENTRY_BYTES = 96 * 1024;

  private static final int INVOCATIONS = 60_000;

  /** Or fewer, if the log would be longer: it is kept in memory. */
  private static final long MOST_LOG_BYTES = 150_000_000;

  private static final int ROUNDS = 7;
  private static final int WARM_UPS = 4;

  /** As if 12,000 commands came in a second. */
  private static final long ENTRY_MICROS = 6_000;

  private static final long RECEIPT_MICROS = 30_000_000;
  private static final Executor SUPERPEER = new Executor(new Incarnation(new NodeId("n1"), 1), 1);

  private final Composition chain;
  private final Payload input;
  private final int commandsPerEntry;
  private final RandomGenerator ids = new Chance(1).of("ids");
  private final OwnerScheduler scheduler = new OwnerScheduler();
  private final List<ByteString> log = new ArrayList<>();
  private final Deque<Command> results = new ArrayDeque<>();
  private final Deque<Command> news = new ArrayDeque<>();
  private long logBytes;
  private long commands;
  private int begun;
  private int completed;

  private ApplyBench(int payloadBytes, int commandsPerEntry) {
    this.chain = Stage.compiled(chain(payloadBytes > 0));
    this.input =
        payloadBytes == 0
            ? Payload.NULL
            : Payload.ofJson("{\"data\":\"" + "x".repeat(payloadBytes) + "\"}");
    this.commandsPerEntry = commandsPerEntry;
  }

  /** Takes the bytes of a payload, 0 unless given, and the commands of an entry. */
  public static void main(String[] arguments) {
    int bytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    int commands = arguments.length > 1 ? Integer.parseInt(arguments[1]) : COMMANDS_PER_ENTRY;
    if (bytes < 0 || commands < 1) {
      System.err.println("apply: bytes must be 0 or more, commands of an entry 1 or more");
      System.exit(2);
    }
    ApplyBench bench = new ApplyBench(bytes, commands);
    bench.record();
    bench.replay(bytes);
  }

  private static String chain(boolean carries) {
    StringBuilder yaml =
        new StringBuilder(
            """
            document: {dsl: '1.0.3', namespace: bench, name: chain, version: 1.0.0}
            use:
              functions:
                step: {call: faas, with: {implementations: [{id: sim, account: sim, timeout: PT5S}]}}
            do:
            """);
    String payload = carries ? ", data: '${ .data }'" : "";
    for (int i = 1; i <= STEPS; i++) {
      yaml.append("  - step%d: {call: step, with: {step: %d%s}}%n".formatted(i, i, payload));
    }
    return yaml.toString();
  }

  private void record() {
    Account account =
        new Account(
            new AccountId("sim"),
            "sim",
            1,
            Policy.LST_BL,
            new TreeMap<>(),
            List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 100_000)));
    results.add(new Command.TakeOver(SUPERPEER));
    results.add(new Command.Opened(CellId.home(new OwnerId("bench")), 1));
    results.add(new Command.Configure(account));
    results.add(new Command.Define(chain.ref(), chain.canonical(), chain.tellsIn()));
    append();
    for (int i = 0; i < IN_FLIGHT; i++) {
      submit();
    }
    while (!results.isEmpty() || !news.isEmpty()) {
      append();
    }
    if (completed != begun) {
      throw new IllegalStateException(completed + " of " + begun + " invocations completed");
    }
  }

  private void append() {
    List<Command> batch = new ArrayList<>();
    int bytes = fill(batch, results, 0);
    fill(batch, news, bytes);
    commands += batch.size();
    long applied = scheduler.appliedIndex();
    Entry entry = new Entry(SUPERPEER, log.size(), ENTRY_MICROS, applied, true, true, batch);
    ByteString encoded = EntryCodec.encode(entry);
    log.add(encoded);
    logBytes += encoded.size();
    Applied result = scheduler.apply(1, applied + 1, entry);
    for (Result each : result.results()) {
      if (each instanceof Result.Refused || each instanceof Result.Stale) {
        throw new IllegalStateException("a command came to nothing: " + each);
      }
    }
    result.effects().forEach(this::perform);
  }

  private int fill(List<Command> batch, Deque<Command> waiting, int batchBytes) {
    int bytes = batchBytes;
    while (!waiting.isEmpty() && batch.size() < commandsPerEntry) {
      int size = EntryCodec.sizeBytes(waiting.getFirst());
      if (!batch.isEmpty() && bytes + size > MOST_ENTRY_BYTES) {
        return MOST_ENTRY_BYTES; // What comes behind it waits as well.
      }
      batch.add(waiting.removeFirst());
      bytes += size;
    }
    return bytes;
  }

  private void submit() {
    if (begun >= INVOCATIONS || logBytes >= MOST_LOG_BYTES) {
      return;
    }
    begun++;
    InvocationId id = new InvocationId(new UUID(ids.nextLong(), ids.nextLong()).toString());
    Beginning beginning = new Beginning(id, input, Stage.ACCEPTED_MILLIS);
    news.add(
        new Command.Submit(
            id,
            chain.ref(),
            input,
            "bench",
            new TreeMap<>(),
            Optional.empty(),
            ServiceClass.STANDARD,
            0,
            RECEIPT_MICROS,
            Ranks.whole(chain, Stage.ALL),
            Interpreter.begin(chain, beginning, Stage.ALL),
            Stage.ACCEPTED_MILLIS,
            ""));
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Start start) {
      Payload echoed = start.call().arguments();
      Signal returned = new Signal.Returned(echoed);
      results.add(
          new Command.Settle(
              start.attempt(),
              new Outcome.Success(echoed),
              100,
              512,
              Optional.of(Interpreter.advance(chain, start.branch(), returned, Stage.ALL))));
    } else if (effect instanceof Effect.Answer answer) {
      completed += answer.ending() instanceof Ending.Completed ? 1 : 0;
      submit();
    } else if (effect instanceof Effect.Continue next) {
      throw new IllegalStateException("was not settled with its transition: " + next);
    }
  }

  private void replay(int bytes) {
    double[] decode = new double[ROUNDS];
    double[] apply = new double[ROUNDS];
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      OwnerScheduler replica = new OwnerScheduler();
      long decoding = 0;
      long applying = 0;
      for (ByteString logged : log) {
        long begun = processorNanos();
        Entry entry = EntryCodec.decode(logged);
        long decoded = processorNanos();
        replica.apply(1, replica.appliedIndex() + 1, entry);
        applying += processorNanos() - decoded;
        decoding += decoded - begun;
      }
      if (round >= 0) {
        decode[round] = decoding / 1e3 / commands;
        apply[round] = applying / 1e3 / commands;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%,d chains of %d steps, payloads of %d bytes: %,d commands in %,d entries, %.1f in each,"
            + " %d bytes a command%n  decoding %.2f us, applying %.2f us of each command (medians"
            + " of %d; least %.2f, %.2f)%n",
        begun,
        STEPS,
        bytes,
        commands,
        log.size(),
        commands / (double) log.size(),
        logBytes / commands,
        middle(decode),
        middle(apply),
        ROUNDS,
        decode[0],
        apply[0]);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double middle(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
