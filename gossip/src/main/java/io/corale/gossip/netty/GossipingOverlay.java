package io.corale.gossip.netty;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.gossip.Beliefs;
import io.corale.gossip.BothForms;
import io.corale.gossip.ClaimView;
import io.corale.gossip.GossipCore;
import io.corale.gossip.GossipSetup;
import io.corale.gossip.NodeView;
import io.corale.gossip.Output;
import io.corale.gossip.Overlay;
import io.corale.gossip.SchedulerPage;
import io.corale.gossip.SchedulerView;
import io.corale.gossip.SentVolume;
import io.corale.gossip.seal.KeyRing;
import io.corale.gossip.seal.Seal;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.model.NodeId;
import io.corale.wire.Gossips;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The overlay of a running node: drives {@link BothForms} by a timer, a port for datagrams, and
 * questions at the doors of other nodes, and publishes what it believes. Reading never waits; all
 * that changes the core meets under its monitor.
 */
public final class GossipingOverlay implements Overlay, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GossipingOverlay.class);

  private static final CompletableFuture<Void> NOTHING = CompletableFuture.allOf();

  /** A name that cannot be resolved takes seconds; others must not wait for it. */
  private static final int LOOKUPS = 4;

  private static final int SCHEDULERS_AT_A_TIME = 100;

  private static final long WARN_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** So that the core's time begins near 0, wherever the clock does. */
  private static final long BEGIN_NANOS = System.nanoTime();

  private final BothForms forms;
  private final GossipCore core;
  private final Exchanger exchanger;
  private final ScheduledExecutorService ticker;
  private final ExecutorService lookups;
  private final Hosts hosts;
  private final Published published = new Published();
  private final AtomicLong warnedNanos = new AtomicLong();
  private Gossips.NodeRecord mine;
  private volatile boolean isTalking;
  private volatile Optional<DatagramPort> port = Optional.empty();
  private volatile Optional<EventLoopGroup> loops = Optional.empty();

  /**
   * @param mine what this node says of itself, but for its claims
   */
  public GossipingOverlay(GossipSetup setup, Gossips.NodeRecord mine, Exchanger exchanger) {
    this.forms = new BothForms(setup);
    this.core = forms.core();
    this.mine = mine;
    this.exchanger = exchanger;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("gossip", true));
    this.lookups =
        Executors.newFixedThreadPool(LOOKUPS, new DefaultThreadFactory("gossip-names", true));
    this.hosts = new Hosts(lookups);
    synchronized (core) {
      forms.publish(mine, nowMicros());
      refresh();
    }
  }

  /**
   * Takes a port for datagrams; nothing that comes there is heard before {@link #start}.
   *
   * @param address where datagrams come in
   * @param seal for this life of the node, and nobody else's
   * @throws IOException if that cannot be bound
   */
  public void bind(InetSocketAddress address, Seal seal) throws IOException {
    // A loop of its own: behind a busy door answers would be late, and nobody would know why.
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("gossip-io", true), NioIoHandler.newFactory());
    loops = Optional.of(loop);
    port = Optional.of(DatagramPort.open(loop, address, seal, hosts, this::receive));
  }

  /** Begins to talk; over streams alone, where it has no port. */
  public void start() {
    isTalking = true;
    long micros = GossipCore.TICK_MICROS;
    var unused = ticker.scheduleWithFixedDelay(this::tick, 0, micros, TimeUnit.MICROSECONDS);
  }

  /**
   * Asks the seeds what they know of this node's former lives, before it says anything of itself.
   * Completes normally when each has answered or failed.
   */
  public CompletableFuture<Void> inquire() {
    List<Output> outputs;
    synchronized (core) {
      outputs = core.inquire();
    }
    List<CompletableFuture<?>> asked = new ArrayList<>();
    for (Output output : outputs) {
      asked.add(ask(output));
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
  }

  /** A life of this node of which its disk does not know; see {@link GossipCore#otherLife}. */
  public Optional<Incarnation> otherLife() {
    synchronized (core) {
      return core.otherLife();
    }
  }

  /** Another process lives the same life of this node; see {@link GossipCore#hasTwin}. */
  public boolean hasTwin() {
    synchronized (core) {
      return core.hasTwin();
    }
  }

  /** From now on datagrams are sealed and opened with these keys, where they are sealed. */
  public void rotate(KeyRing keys) {
    port.ifPresent(one -> one.rotate(keys));
  }

  private void tick() {
    try {
      List<Output> outputs;
      synchronized (core) {
        outputs = forms.tick(nowMicros());
        refresh();
      }
      perform(outputs);
    } catch (RuntimeException e) {
      broke(e);
    }
  }

  /** One that cannot be sent must not keep the others from it. */
  private void perform(List<Output> outputs) {
    for (Output output : outputs) {
      try {
        if (output instanceof Output.Send send) {
          port.ifPresent(one -> one.send(send.address(), send.datagram()));
        } else {
          var unused = ask(output);
        }
      } catch (RuntimeException e) {
        broke(e);
      }
    }
  }

  private void broke(RuntimeException e) {
    synchronized (core) {
      core.countFault();
    }
    long nanos = System.nanoTime();
    long before = warnedNanos.get();
    boolean isDue = before == 0 || nanos - before >= WARN_NANOS;
    if (isDue && warnedNanos.compareAndSet(before, nanos)) {
      log.warn("gossip broke over one message; all others go on", e);
    }
  }

  /** A datagram came. */
  private void receive(String source, Incarnation sender, Gossips.Datagram datagram) {
    if (!isTalking) {
      return;
    }
    try {
      List<Output> outputs;
      synchronized (core) {
        outputs = forms.receive(source, sender, datagram, nowMicros());
        published.refreshClaims(forms);
      }
      perform(outputs);
    } catch (RuntimeException e) {
      broke(e);
    }
  }

  /** Completes normally, whatever comes of it. */
  private CompletableFuture<Void> ask(Output question) {
    String address = question instanceof Output.Tell tell ? tell.address() : asked(question);
    return exchanger
        .ask(address, bytes(question))
        .handle(
            (answer, failure) -> {
              if (failure == null) {
                return heard(question, answer);
              }
              log.debug("no gossip with {}: {}", address, failure.toString());
              lost(question);
              return NOTHING;
            })
        .thenCompose(done -> done);
  }

  private static String asked(Output question) {
    return question instanceof Output.Ask ask ? ask.address() : "";
  }

  private static ByteString bytes(Output question) {
    return question instanceof Output.Tell tell
        ? tell.message().toByteString()
        : ((Output.Ask) question).talk().toByteString();
  }

  private void lost(Output question) {
    synchronized (core) {
      forms.lost(question);
    }
  }

  /** Completes when what is told by that was answered as well, where that is waited for. */
  private CompletableFuture<Void> heard(Output question, ByteString answer) {
    try {
      List<Output> outputs;
      synchronized (core) {
        outputs = forms.heard(question, answer, nowMicros());
        refresh();
      }
      boolean isAwaited =
          question instanceof Output.Ask ask && ask.purpose() == Output.Purpose.INQUIRY;
      if (isAwaited) {
        return CompletableFuture.allOf(
            outputs.stream().map(this::ask).toArray(CompletableFuture<?>[]::new));
      }
      perform(outputs);
    } catch (InvalidProtocolBufferException e) {
      log.debug("unreadable gossip: {}", e.getMessage());
      lost(question);
    } catch (RuntimeException e) {
      lost(question);
      broke(e);
    }
    return NOTHING;
  }

  /** Another node asks at our door; what to answer. Throws where it cannot be read. */
  public ByteString answer(ByteString bytes) {
    try {
      synchronized (core) {
        ByteString answer = forms.answer(bytes, nowMicros());
        refresh();
        return answer;
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("gossip.message cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether it may conclude from silence; see {@link GossipCore#isSynced}. */
  public boolean isSynced() {
    synchronized (core) {
      return forms.isSynced(nowMicros());
    }
  }

  @Override
  public List<NodeView> nodes() {
    return published.nodes();
  }

  @Override
  public Optional<NodeView> node(NodeId node) {
    return published.node(node);
  }

  @Override
  public Optional<ClaimView> leader(CellId cell) {
    return claims(cell).stream().filter(ClaimView::leads).findFirst();
  }

  @Override
  public List<ClaimView> claims(CellId cell) {
    return published.claims(cell);
  }

  @Override
  public SchedulerPage schedulers(Optional<CellId> after, int limit) {
    List<SchedulerView> found = new ArrayList<>();
    Optional<CellId> last = after;
    boolean hasMore = true;
    while (hasMore && found.size() < limit) {
      int most = Math.min(SCHEDULERS_AT_A_TIME, limit - found.size());
      // Datagrams and probes wait for this; and a cell that is counted here is still claimed.
      synchronized (core) {
        published.refreshClaims(forms);
        List<CellId> cells = published.cells(last, most + 1);
        hasMore = cells.size() > most;
        long now = nowMicros();
        for (CellId cell : cells.subList(0, Math.min(most, cells.size()))) {
          forms.scheduler(cell, now).ifPresent(found::add);
          last = Optional.of(cell);
        }
      }
    }
    return new SchedulerPage(List.copyOf(found), hasMore);
  }

  @Override
  public void claim(List<ClaimView> own) {
    synchronized (core) {
      forms.claim(own, nowMicros());
      refresh();
    }
  }

  /**
   * Says how much waits at the schedulers led here.
   *
   * @param pending requests of each
   */
  public void load(Map<CellId, Long> pending, int utilisationPercent) {
    synchronized (core) {
      core.load(pending, utilisationPercent, nowMicros());
    }
  }

  /** Says that this node is about to leave, and tells it at once. */
  public void leave() {
    synchronized (core) {
      mine = mine.toBuilder().setLeaving(true).build();
      forms.publish(mine, nowMicros());
      refresh();
    }
    try {
      ticker.execute(this::tick);
    } catch (RejectedExecutionException e) {
      log.debug("the overlay is closed already");
    }
  }

  /** Claims of this node of which nobody hears; see {@link GossipCore#untoldClaims}. */
  public long untoldClaims() {
    synchronized (core) {
      return core.untoldClaims();
    }
  }

  /** What was heard and not taken, by why. */
  public SortedMap<String, Long> dropped() {
    synchronized (core) {
      return core.tally().dropped();
    }
  }

  /** What it says by datagrams, by class. */
  public SortedMap<String, SentVolume> sent() {
    synchronized (core) {
      return core.sent();
    }
  }

  /** How old in milliseconds the oldest word is that counts, by class; see {@link Beliefs}. */
  public SortedMap<String, Long> oldest() {
    synchronized (core) {
      return core.beliefs().oldest(nowMicros());
    }
  }

  /** What went through its port. */
  public DatagramTraffic traffic() {
    return port.map(DatagramPort::traffic).orElse(DatagramTraffic.NONE);
  }

  /** Called under the monitor of the core. */
  private void refresh() {
    published.refresh(forms, nowMicros());
  }

  private static long nowMicros() {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - BEGIN_NANOS);
  }

  /** Says its last words, if it ever began to talk. */
  @Override
  public void close() {
    ticker.shutdownNow();
    List<Output> lastWords;
    synchronized (core) {
      lastWords = core.depart(nowMicros());
    }
    if (isTalking) {
      perform(lastWords);
    }
    port.ifPresent(DatagramPort::close);
    loops.ifPresent(loop -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    lookups.shutdownNow();
  }
}
