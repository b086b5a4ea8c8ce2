package io.corale.gossip.netty;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.gossip.ClaimView;
import io.corale.gossip.Gossip;
import io.corale.gossip.NodeView;
import io.corale.gossip.Overlay;
import io.corale.gossip.OverlayView;
import io.corale.model.CellId;
import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The overlay of a running node: drives {@link Gossip} on one thread and publishes what it
 * believes. Reading never waits; messages from others and claims of this node meet the core under
 * its monitor.
 */
public final class GossipingOverlay implements Overlay, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GossipingOverlay.class);

  private static final long TICK_MILLIS = 200;

  private final Gossip gossip;
  private final Exchanger exchanger;
  private final ScheduledExecutorService ticker;
  private Gossips.NodeRecord mine;
  private volatile OverlayView view;

  /**
   * @param mine what this node says of itself, but for its claims
   */
  public GossipingOverlay(Gossip gossip, Gossips.NodeRecord mine, Exchanger exchanger) {
    this.gossip = gossip;
    this.mine = mine;
    this.exchanger = exchanger;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("gossip", true));
    synchronized (gossip) {
      gossip.publish(mine, nowMillis());
      this.view = gossip.view(nowMillis());
    }
  }

  /** Begins to talk. */
  public void start() {
    var unused = ticker.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Asks the seeds what they know, this node's former lives among that, before it says anything of
   * itself. Completes normally when each has answered or failed.
   */
  public CompletableFuture<Void> inquire() {
    List<Gossip.Send> sends;
    synchronized (gossip) {
      sends = gossip.inquire();
    }
    return CompletableFuture.allOf(
        sends.stream()
            .map(
                send ->
                    exchanger
                        .ask(send.address(), send.message().toByteString())
                        .thenAccept(answer -> take(send.address(), answer))
                        .exceptionally(failure -> null))
            .toArray(CompletableFuture<?>[]::new));
  }

  /** A life of this node of which its disk does not know; see {@link Gossip#otherLife}. */
  public Optional<Incarnation> otherLife() {
    synchronized (gossip) {
      return gossip.otherLife();
    }
  }

  private void tick() {
    try {
      List<Gossip.Send> sends;
      synchronized (gossip) {
        sends = gossip.tick(nowMillis());
        view = gossip.view(nowMillis());
      }
      sends.forEach(this::exchange);
    } catch (RuntimeException e) {
      log.error("a gossip tick broke; the next one goes on", e);
    }
  }

  private void exchange(Gossip.Send send) {
    var unused =
        exchanger
            .ask(send.address(), send.message().toByteString())
            .whenComplete(
                (answer, failure) -> {
                  if (failure == null) {
                    heard(send.address(), answer);
                  } else {
                    log.debug("no gossip with {}: {}", send.address(), failure.toString());
                  }
                });
  }

  private void heard(String address, ByteString answer) {
    take(address, answer)
        .ifPresent(
            rest -> {
              var unused = exchanger.ask(address, rest.toByteString());
            });
  }

  /** Takes what was answered; what the other one lacks. */
  private Optional<Gossips.Message> take(String address, ByteString answer) {
    try {
      Gossips.Message message = Gossips.Message.parseFrom(answer);
      synchronized (gossip) {
        Optional<Gossips.Message> rest = gossip.heard(message, nowMillis());
        view = gossip.view(nowMillis());
        return rest;
      }
    } catch (InvalidProtocolBufferException e) {
      log.debug("unreadable gossip from {}: {}", address, e.getMessage());
      return Optional.empty();
    }
  }

  /** Another node spoke at our door; what to answer. Throws where it cannot be read. */
  public ByteString answer(ByteString bytes) {
    try {
      Gossips.Message message = Gossips.Message.parseFrom(bytes);
      synchronized (gossip) {
        Gossips.Message answer = gossip.answer(message, nowMillis());
        view = gossip.view(nowMillis());
        return answer.toByteString();
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("gossip.message cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether it may conclude from silence; see {@link Gossip#isSynced}. */
  public boolean isSynced() {
    synchronized (gossip) {
      return gossip.isSynced(nowMillis());
    }
  }

  @Override
  public List<NodeView> nodes() {
    return view.nodes();
  }

  @Override
  public Optional<ClaimView> leader(CellId cell) {
    return view.leader(cell);
  }

  @Override
  public List<ClaimView> claims(CellId cell) {
    return view.claims(cell);
  }

  @Override
  public void claim(List<ClaimView> claims) {
    synchronized (gossip) {
      Gossips.NodeRecord.Builder record = mine.toBuilder().clearClaims();
      claims.forEach(claim -> record.addClaims(claim(claim)));
      publish(record.build());
    }
  }

  /** Says that this node is about to leave, and tells it at once. */
  public void leave() {
    synchronized (gossip) {
      publish(mine.toBuilder().setLeaving(true).build());
    }
    ticker.execute(this::tick);
  }

  private void publish(Gossips.NodeRecord record) {
    if (!record.equals(mine)) {
      mine = record;
      gossip.publish(record, nowMillis());
      view = gossip.view(nowMillis());
    }
  }

  private static Gossips.Claim claim(ClaimView claim) {
    return Gossips.Claim.newBuilder()
        .setOwner(claim.cell().owner().value())
        .setCell(claim.cell().number())
        .setEpoch(claim.epoch())
        .setTerm(claim.term())
        .setLeads(claim.leads())
        .build();
  }

  private static long nowMillis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  @Override
  public void close() {
    ticker.shutdownNow();
  }
}
