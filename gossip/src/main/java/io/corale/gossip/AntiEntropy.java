package io.corale.gossip;

import io.corale.wire.Gossips;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;

/**
 * Makes two nodes hold the same, over a stream: the tail of what pushing has missed.
 *
 * <p>The asker sends a sum over all that it holds. If the other's is equal, that was all. Otherwise
 * the other answers with a version for each writer, which is an exact digest because a writer's
 * versions have no gaps; the asker tells what the other lacks, with its own digest, and gets what
 * it lacks itself. A dead node's records are not brought up again; that it is held dead is told as
 * a suspicion, so that it can refute.
 */
final class AntiEntropy {
  private static final long INTERVAL_MICROS = 30 * Micros.SECOND;

  /** While others turn out to hold other records; each time they do not doubles it. */
  private static final long LEAST_INTERVAL_MICROS = Micros.SECOND;

  /** Longer than any; it is doubled again and again before it is looked at. */
  private static final long MOST_INTERVAL_MICROS = Micros.HOUR;

  /** From here on the interval grows by the logarithm, as memberlist's. */
  private static final int LARGE = 32;

  /** Of the deltas of one message: half a frame of the door for who begins. */
  private static final int MAX_FIRST_BYTES = 512 * 1_024;

  /**
   * For all who begin, besides the 32 KiB/s: they are told at once, but not all of them at once.
   */
  private static final long FIRST_BYTES_PER_SECOND = 256 * 1_024;

  private static final int MAX_BYTES = 16 * 1_024;

  /** Less is left for the next message: an entry or two. */
  private static final int LEAST_ROOM_BYTES = 256;

  /** The other part of the 32 KiB/s; see {@link Outbox}. */
  private static final long BYTES_PER_SECOND = 8 * 1_024;

  private static final long BURST_BYTES = 16 * 1_024;

  /** Of loads, but for the first ones, in one digest: two lives of each node, one each. */
  private static final int MAX_PARTS = 2 * Members.MAX_MEMBERS;

  private final OwnRecords own;
  private final OwnLives lives;
  private final Shared shared;
  private final Records records;
  private final RandomGenerator chance;
  private final Budget budget = new Budget(BYTES_PER_SECOND, BURST_BYTES);
  private final Budget firstBudget = new Budget(FIRST_BYTES_PER_SECOND, MAX_FIRST_BYTES);
  private final Disputes disputes;
  private long interval = LEAST_INTERVAL_MICROS;
  private long nextAt = Long.MIN_VALUE;
  private long summedMembers = -1;
  private long summedOwn = -1;
  private long sumOfEntries;

  AntiEntropy(
      OwnRecords own, OwnLives lives, Shared shared, Records records, RandomGenerator chance) {
    this.own = own;
    this.lives = lives;
    this.shared = shared;
    this.records = records;
    this.chance = chance;
    this.disputes = new Disputes(chance);
  }

  /** The writer of what this node and another one hold differently, if it is time to ask it. */
  Optional<String> disputed(long now) {
    return disputes.due(now).map(member -> member.record().getDoorAddress());
  }

  /** Whom to ask now, if it is time. */
  Optional<String> due(long now) {
    if (nextAt == Long.MIN_VALUE) {
      later(now);
    }
    if (now < nextAt || budget.left(now) == 0) {
      return Optional.empty();
    }
    later(now);
    return shared.members().some(1, member -> member.standing() == Standing.ALIVE).stream()
        .map(member -> member.record().getDoorAddress())
        .findFirst();
  }

  private void later(long now) {
    int nodes = shared.members().size();
    double stretch = nodes > LARGE ? 1 + Math.log((double) nodes / LARGE) / Math.log(2) : 1;
    interval = Math.min(interval, Math.round(INTERVAL_MICROS * stretch));
    nextAt = now + Math.round(interval * (0.8 + 0.4 * chance.nextDouble()));
  }

  /** Another one was found to hold the same records, or others: what pushing missed is near. */
  void compared(boolean isSame) {
    // When that is felt is not changed: seeds that are asked now and then must not put it off.
    interval = isSame ? Math.min(2 * interval, MOST_INTERVAL_MICROS) : LEAST_INTERVAL_MICROS;
  }

  /** There is much to catch up: do not wait for the next time. */
  void soon(long now) {
    nextAt = Math.min(nextAt, now + chance.nextLong(500 * Micros.MILLI));
  }

  /** Equal for who holds the same; the order does not matter. */
  long summary() {
    return sum(AntiEntropy::withLossy);
  }

  /** Equal for who holds the same entries, whatever it knows of loads and places. */
  long summaryOfEntries() {
    if (summedMembers != shared.members().changes() || summedOwn != own.version()) {
      summedMembers = shared.members().changes();
      summedOwn = own.version();
      sumOfEntries = sum(AntiEntropy::ofEntries);
    }
    return sumOfEntries;
  }

  private long sum(ToLongFunction<Member> part) {
    long sum = part.applyAsLong(own.self());
    for (Member member : shared.members().all()) {
      if (member.standing().isPresent()) {
        sum += part.applyAsLong(member);
      }
    }
    return sum == 0 ? 1 : sum;
  }

  private static long ofEntries(Member member) {
    Shelf shelf = member.shelf();
    return Life.mix(member.life() + shelf.complete() + Life.mix(shelf.contents()));
  }

  private static long withLossy(Member member) {
    Shelf shelf = member.shelf();
    long mixed = ofEntries(member);
    mixed = Life.mix(mixed + shelf.lossy().version(Topic.LOAD));
    mixed = Life.mix(mixed + shelf.lossy().version(Topic.COORDINATE));
    // Builds that know no parts have the same sum where there are none. Mixed with the life, or who
    // holds another writer's parts in these versions would seem to hold the same.
    long parts = shelf.lossy().sumOfParts();
    return parts == 0 ? mixed : Life.mix(mixed + parts);
  }

  /** What this node holds of each. */
  Gossips.Holdings holdings() {
    Gossips.Holdings.Builder holdings = Gossips.Holdings.newBuilder().setKnowsParts(true);
    add(holdings, own.self(), 4 * shared.liveness().defiance());
    for (Member member : shared.members().all()) {
      add(holdings, member, standing(member));
    }
    return holdings.build();
  }

  private static int standing(Member member) {
    return 4 * member.defiance() + member.standing().number();
  }

  private static void add(Gossips.Holdings.Builder holdings, Member member, int standing) {
    holdings
        .addLives(member.life())
        .addVersions(member.shelf().complete())
        .addLoads(member.shelf().lossy().version(Topic.LOAD))
        .addCoordinates(member.shelf().lossy().version(Topic.COORDINATE))
        .addContents(member.shelf().contents())
        .addStandings(standing);
    if (member.shelf().begun() > 0) {
      holdings.addBegun(member.life()).addBegunSlots(member.shelf().begun());
    }
    if (member.shelf().greatest() > member.shelf().complete()) {
      holdings.addAhead(member.life()).addAheadVersions(member.shelf().greatest());
    }
    member
        .shelf()
        .lossy()
        .parts()
        .forEach(
            (part, version) ->
                holdings.addParted(member.life()).addParts(part).addPartVersions(version));
  }

  /** Hears whom the other one doubts, and who has refuted there. */
  void hear(Gossips.Holdings theirs, long accuser, long now) {
    for (int i = 0; i < Math.min(theirs.getAheadCount(), theirs.getAheadVersionsCount()); i++) {
      if (theirs.getAhead(i) == own.self().life() && theirs.getAheadVersions(i) > own.version()) {
        own.sayAnew(theirs.getAheadVersions(i), now);
      }
    }
    hearOfOwnParts(theirs);
    Set<Long> ahead = new LinkedHashSet<>(theirs.getAheadList());
    int nodes = Math.min(theirs.getLivesCount(), theirs.getStandingsCount());
    for (int i = 0; i < nodes; i++) {
      int said = theirs.getStandings(i);
      Standing standing = Standing.ofNumber(said);
      long life = theirs.getLives(i);
      if (life == own.self().life() && i < theirs.getVersionsCount()) {
        hearOfSelf(theirs, i, now);
      }
      look(life, theirs, i, ahead);
      // Who was dead there may only have been cut off: it must hear of it before it is buried here.
      Standing heard = standing == Standing.DEAD ? Standing.SUSPECT : standing;
      shared
          .liveness()
          .hear(
              Gossips.Verdict.newBuilder()
                  .setLife(life)
                  .setDefiance(said >>> 2)
                  .setStanding(heard.wire())
                  .setAccuser(standing == Standing.LEFT ? life : accuser)
                  .build(),
              now);
    }
  }

  private void look(long life, Gossips.Holdings theirs, int at, Set<Long> ahead) {
    Optional<Member> held = shared.members().of(life);
    if (held.isPresent() && !ahead.contains(life)) {
      disputes.look(held.get(), theirs, at);
    }
  }

  /** Whether they hold of this node what it has said, or somebody has spoiled it on its way. */
  private void hearOfSelf(Gossips.Holdings theirs, int at, long now) {
    long version = theirs.getVersions(at);
    boolean isSpoiled =
        version == own.version()
            && at < theirs.getContentsCount()
            && theirs.getContents(at) != own.self().shelf().contents();
    if (version > own.version() || isSpoiled) {
      own.sayAnew(version, now);
    }
    if (at < theirs.getLoadsCount()) {
      own.raise(Topic.LOAD, theirs.getLoads(at));
    }
    if (at < theirs.getCoordinatesCount()) {
      own.raise(Topic.COORDINATE, theirs.getCoordinates(at));
    }
  }

  private void hearOfOwnParts(Gossips.Holdings theirs) {
    for (int i = 0; i < partsIn(theirs); i++) {
      if (theirs.getParted(i) == own.self().life()) {
        own.raise(Topic.load(theirs.getParts(i)), theirs.getPartVersions(i));
      }
    }
  }

  /**
   * What the other one lacks, as far as a message holds it; charged to the budget.
   *
   * @param isBeginner whether it has yet to hear what others hold
   */
  Gossips.Exchange.Builder lacking(Gossips.Holdings theirs, boolean isBeginner, long now) {
    Map<Long, Shelf.Held> held = held(theirs);
    int most = isBeginner ? MAX_FIRST_BYTES : MAX_BYTES;
    int room = most;
    Budget charged = isBeginner ? firstBudget : budget;
    Gossips.Exchange.Builder exchange = Gossips.Exchange.newBuilder();
    if (charged.left(now) == 0) {
      return exchange.setHasMore(true);
    }
    List<Member> mine = new ArrayList<>(shared.members().all());
    if (lives.other().isEmpty()) {
      mine.add(0, own.self()); // Else it would take the other life's place in their memory.
    }
    for (Member member : mine) {
      Shelf.Held theirOwn =
          held.getOrDefault(member.life(), Shelf.Held.nothing(theirs.getKnowsParts()));
      if (!member.standing().isPresent() || isHeld(member, theirOwn)) {
        continue;
      }
      if (room < LEAST_ROOM_BYTES) {
        exchange.setHasMore(true);
        break;
      }
      Optional<Gossips.Delta> delta =
          member.shelf().since(theirOwn, room).map(one -> addressed(member, one));
      int bytes = delta.map(Gossips.Delta::getSerializedSize).orElse(0);
      room -= bytes;
      delta.ifPresent(exchange::addDeltas);
      boolean isAll = delta.isPresent() && isAll(delta.get(), member.shelf());
      exchange.setHasMore(exchange.getHasMore() || !isAll);
    }
    charged.spend(most - room);
    return exchange;
  }

  private static boolean isAll(Gossips.Delta delta, Shelf shelf) {
    boolean isLast = !delta.getIsWhole() || delta.getToSlot() == Shelf.MAX_SLOTS;
    return isLast && delta.getUpTo() == shelf.complete();
  }

  /** Whether records had to be told, not only how loaded somebody is. */
  static boolean hasRecords(Gossips.ExchangeOrBuilder exchange) {
    return exchange.getDeltasList().stream().anyMatch(delta -> delta.getEntriesCount() > 0);
  }

  private static boolean isHeld(Member member, Shelf.Held held) {
    Shelf shelf = member.shelf();
    return held.version() >= shelf.complete() && shelf.lossy().since(held).isEmpty();
  }

  private Gossips.Delta addressed(Member member, Gossips.Delta delta) {
    boolean isSelf = member.life() == own.self().life();
    return delta.toBuilder()
        .setWriter(member.life())
        .setStanding(isSelf ? 4 * shared.liveness().defiance() : standing(member))
        .build();
  }

  private static Map<Long, Shelf.Held> held(Gossips.Holdings theirs) {
    Map<Long, Shelf.Held> held = new LinkedHashMap<>();
    int nodes =
        Math.min(
            Math.min(theirs.getLivesCount(), theirs.getVersionsCount()),
            Math.min(theirs.getLoadsCount(), theirs.getCoordinatesCount()));
    Map<Long, Map<Integer, Long>> parts = partsOf(theirs);
    for (int i = 0; i < Math.min(nodes, 2 * Members.MAX_MEMBERS); i++) {
      long life = theirs.getLives(i);
      held.put(
          life,
          new Shelf.Held(
              Math.max(0, theirs.getVersions(i)),
              theirs.getLoads(i),
              theirs.getCoordinates(i),
              0,
              theirs.getKnowsParts()
                  ? Optional.of(parts.getOrDefault(life, Map.of()))
                  : Optional.empty()));
    }
    for (int i = 0; i < Math.min(theirs.getBegunCount(), theirs.getBegunSlotsCount()); i++) {
      int slot = Math.max(0, theirs.getBegunSlots(i));
      held.computeIfPresent(theirs.getBegun(i), (life, one) -> one.goingOn(slot));
    }
    return held;
  }

  /** Of each writer, which parts of its load they hold. */
  private static Map<Long, Map<Integer, Long>> partsOf(Gossips.Holdings theirs) {
    Map<Long, Map<Integer, Long>> parts = new LinkedHashMap<>();
    for (int i = 0; i < partsIn(theirs); i++) {
      parts
          .computeIfAbsent(theirs.getParted(i), life -> new LinkedHashMap<>(2))
          .put(theirs.getParts(i), theirs.getPartVersions(i));
    }
    return parts;
  }

  /** The rest of a digest that says more than a cluster can have is not looked at. */
  private static int partsIn(Gossips.Holdings theirs) {
    int said = Math.min(theirs.getPartedCount(), theirs.getPartsCount());
    return Math.min(Math.min(said, theirs.getPartVersionsCount()), MAX_PARTS);
  }

  /** Takes what was lacking here; who has just come does not tell all others what they know. */
  void take(Gossips.Exchange exchange, boolean isTold, long now) {
    exchange.getDeltasList().forEach(delta -> records.take(delta, isTold, now));
  }

  /** Bytes that go out over a stream besides deltas. */
  void spend(int bytes) {
    budget.spend(bytes);
  }

  /** What this node holds, for who asks; empty while too many have asked. */
  Optional<Gossips.Holdings> told(boolean isBeginner, long now) {
    Budget charged = isBeginner ? firstBudget : budget;
    if (charged.left(now) == 0) {
      return Optional.empty();
    }
    Gossips.Holdings holdings = holdings();
    charged.spend(holdings.getSerializedSize());
    return Optional.of(holdings);
  }
}
