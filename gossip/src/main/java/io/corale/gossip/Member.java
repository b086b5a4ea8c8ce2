package io.corale.gossip;

import io.corale.model.Incarnation;
import io.corale.wire.Gossips;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One life of a node, as it is known here: what it says, and how alive it is believed to be. */
final class Member {
  private final Incarnation incarnation;
  private final long life;
  private final Shelf shelf;
  private final Map<Integer, Claimed> claims = new LinkedHashMap<>(0);
  private int led;
  private Gossips.NodeRecord record;
  private Standing standing = Standing.ALIVE;
  private Optional<Suspicion> suspicion = Optional.empty();
  private int defiance;
  private long since;
  private long heardAt;

  Member(Incarnation incarnation, long life, Gossips.NodeRecord record, Room room, long now) {
    this.incarnation = incarnation;
    this.shelf = new Shelf(room);
    this.life = life;
    this.record = record;
    this.since = now;
    this.heardAt = now;
  }

  Incarnation incarnation() {
    return incarnation;
  }

  long life() {
    return life;
  }

  Shelf shelf() {
    return shelf;
  }

  /** Its claims by slot, as far as they could be read. */
  Map<Integer, Claimed> claims() {
    return Collections.unmodifiableMap(claims);
  }

  void claims(Claimed claim) {
    forgetClaim(claim.slot());
    claims.put(claim.slot(), claim);
    led += claim.view().leads() ? 1 : 0;
  }

  /** What it claimed in this slot until now. */
  Optional<Claimed> forgetClaim(int slot) {
    Optional<Claimed> before = Optional.ofNullable(claims.remove(slot));
    led -= before.filter(claim -> claim.view().leads()).isPresent() ? 1 : 0;
    return before;
  }

  /** How many of its claims are to lead. */
  int led() {
    return led;
  }

  Gossips.NodeRecord record() {
    return record;
  }

  void says(Gossips.NodeRecord now) {
    record = now;
  }

  String datagramAddress() {
    String own = record.getDatagramAddress();
    return own.isEmpty() ? record.getDoorAddress() : own;
  }

  Standing standing() {
    return standing;
  }

  int defiance() {
    return defiance;
  }

  /** Since when it stands like this. */
  long since() {
    return since;
  }

  /** When it was last heard of from itself. */
  long heardAt() {
    return heardAt;
  }

  void heard(long now) {
    heardAt = now;
  }

  Optional<Suspicion> suspicion() {
    return suspicion;
  }

  void stand(Standing as, int atDefiance, Optional<Suspicion> suspected, long now) {
    since = as == standing ? since : now;
    standing = as;
    defiance = atDefiance;
    suspicion = suspected;
  }

  Gossips.Verdict verdict(long accuser) {
    return Gossips.Verdict.newBuilder()
        .setLife(life)
        .setDefiance(defiance)
        .setStanding(standing.wire())
        .setAccuser(accuser)
        .build();
  }
}
