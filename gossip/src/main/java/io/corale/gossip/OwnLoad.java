package io.corale.gossip;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.corale.model.CellId;
import io.corale.wire.Gossips;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells how loaded this node and its schedulers are: when that changed by a band, and the less
 * often the more nodes there are. One that is loaded like all others has nothing to tell for long,
 * so that a network in balance is silent.
 */
final class OwnLoad {
  static final long INTERVAL_MICROS = 10 * Micros.SECOND;
  private static final long BALANCED_MICROS = 120 * Micros.SECOND;

  /** From here on the interval grows with the number of nodes, so that the sum does not. */
  private static final int LARGE = 1_000;

  private static final double NEAR_MEAN = 0.1;

  private final OwnRecords own;
  private final Members members;
  private Optional<Gossips.Load> told = Optional.empty();
  private long toldAt;

  OwnLoad(OwnRecords own, Members members) {
    this.own = own;
    this.members = members;
  }

  /**
   * @param pending requests of the cells led here
   */
  void is(Map<CellId, Long> pending, int utilisationPercent, long now) {
    long total = pending.values().stream().mapToLong(Long::longValue).sum();
    Gossips.Load before = told.orElse(Gossips.Load.getDefaultInstance());
    Gossips.Load load =
        Gossips.Load.newBuilder()
            .setPendingBand(Bands.of(total, before.getPendingBand()))
            .setUtilisationPercent(utilisationPercent / 5 * 5)
            .setAtVersion(own.version())
            .setBands(bands(pending, before))
            .build();
    if (told.isEmpty() || (now - toldAt >= interval(total) && !isAsBefore(load, before))) {
      told = Optional.of(load);
      toldAt = now;
      own.latest(Gossips.Latest.Kind.LOAD, load.toByteString(), now);
    }
  }

  private static boolean isAsBefore(Gossips.Load load, Gossips.Load before) {
    return load.equals(before);
  }

  private ByteString bands(Map<CellId, Long> pending, Gossips.Load before) {
    boolean isComparable = before.getAtVersion() == own.version();
    ByteString.Output bands = ByteString.newOutput();
    int place = 0;
    for (ClaimView claim : new TreeMap<>(own.self().claims()).values()) {
      if (claim.leads() && place < Shelf.MAX_CONTENT_BYTES - 64) {
        long requests = pending.getOrDefault(claim.cell(), 0L);
        boolean hasBefore = isComparable && place < before.getBands().size();
        bands.write(
            hasBefore
                ? Bands.of(requests, before.getBands().byteAt(place) & 0xff)
                : Bands.of(requests));
        place++;
      }
    }
    return bands.toByteString();
  }

  private long interval(long total) {
    long interval = INTERVAL_MICROS * Math.max(1, members.size() / LARGE);
    return isNearMean(total) ? Math.max(interval, BALANCED_MICROS) : interval;
  }

  private boolean isNearMean(long total) {
    long sum = total;
    int known = 1;
    for (Member member : members.all()) {
      Optional<Gossips.Load> load = of(member);
      if (load.isPresent() && member.standing().isPresent()) {
        sum += Bands.requests(load.get().getPendingBand());
        known++;
      }
    }
    double mean = (double) sum / known;
    return known > 1 && Math.abs(total - mean) <= NEAR_MEAN * mean;
  }

  /** What a member says of its load; empty where it says nothing, or nothing that can be read. */
  static Optional<Gossips.Load> of(Member member) {
    return member
        .shelf()
        .load()
        .flatMap(
            latest -> {
              try {
                return Optional.of(Gossips.Load.parseFrom(latest.getContent()));
              } catch (InvalidProtocolBufferException e) {
                return Optional.empty();
              }
            });
  }

  /**
   * The band of one of a member's schedulers; empty where its load was said of other claims than
   * those that are known here.
   */
  static Optional<Integer> band(Member member, CellId cell) {
    Optional<Gossips.Load> load =
        of(member).filter(one -> one.getAtVersion() == member.shelf().complete());
    if (load.isEmpty()) {
      return Optional.empty();
    }
    int place = 0;
    for (ClaimView claim : new TreeMap<>(member.claims()).values()) {
      if (claim.leads()) {
        if (claim.cell().equals(cell)) {
          ByteString bands = load.get().getBands();
          return place < bands.size() ? Optional.of(bands.byteAt(place) & 0xff) : Optional.empty();
        }
        place++;
      }
    }
    return Optional.empty();
  }
}
