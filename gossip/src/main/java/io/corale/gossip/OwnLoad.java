package io.corale.gossip;

import io.corale.model.CellId;
import io.corale.wire.Gossips;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/**
 * Tells how loaded this node and its schedulers are: when that changed by a band, and the less
 * often the more nodes and schedulers there are ({@link LoadPace}). One that is loaded like all
 * others has nothing to tell for long, so that a network in balance is silent; but for what it has
 * begun to lead, of which nobody knows.
 */
final class OwnLoad {
  private static final long BALANCED_MICROS = 120 * Micros.SECOND;

  private static final double NEAR_MEAN = 0.1;

  private final OwnRecords own;
  private final Members members;
  private final IntSupplier schedulers;
  private final Map<Integer, Gossips.Load> told = new LinkedHashMap<>();

  /** By slot, as they were told last. */
  private final SortedMap<Integer, Integer> toldBands = new TreeMap<>();

  private long toldAt;

  /**
   * @param schedulers how many are known in the whole cluster
   */
  OwnLoad(OwnRecords own, Members members, IntSupplier schedulers) {
    this.own = own;
    this.members = members;
    this.schedulers = schedulers;
  }

  /**
   * @param pending requests of the cells led here
   */
  void is(Map<CellId, Long> pending, int utilisationPercent, long now) {
    long total = pending.values().stream().mapToLong(Long::longValue).sum();
    SortedMap<Integer, Integer> bands = bands(pending);
    Map<Integer, Gossips.Load> news = parts(bands, total, utilisationPercent);
    news.entrySet().removeAll(told.entrySet());
    if (news.isEmpty() || !isDue(total, news, now)) {
      return;
    }
    toldAt = now;
    told.putAll(news);
    news.keySet().forEach(part -> remember(part, bands));
    news.forEach((part, load) -> own.latest(Topic.load(part), load.toByteString(), now));
  }

  private boolean isDue(long total, Map<Integer, Gossips.Load> news, long now) {
    return told.isEmpty() || now - toldAt >= interval(total, news);
  }

  private void remember(int part, SortedMap<Integer, Integer> bands) {
    slots(toldBands, part).clear();
    toldBands.putAll(slots(bands, part));
  }

  private static SortedMap<Integer, Integer> slots(SortedMap<Integer, Integer> all, int part) {
    return all.subMap(part * LoadForm.SLOTS, (part + 1) * LoadForm.SLOTS);
  }

  /** Of all that is led here, by slot; but for what could not be read, of which nobody knows. */
  private SortedMap<Integer, Integer> bands(Map<CellId, Long> pending) {
    SortedMap<Integer, Integer> bands = new TreeMap<>();
    for (Claimed claim : own.self().claims().values()) {
      Long requests = pending.get(claim.view().cell());
      if (claim.view().leads() && requests != null) {
        Integer before = toldBands.get(claim.slot());
        int band = before == null ? Bands.of(requests) : Bands.of(requests, before);
        bands.put(claim.slot(), band);
      }
    }
    return bands;
  }

  private Map<Integer, Gossips.Load> parts(
      SortedMap<Integer, Integer> bands, long total, int utilisationPercent) {
    Map<Integer, Gossips.Load> parts = new TreeMap<>();
    int before = Optional.ofNullable(told.get(0)).map(Gossips.Load::getPendingBand).orElse(0);
    Gossips.Load.Builder first =
        Gossips.Load.newBuilder()
            .setPendingBand(Bands.of(total, before))
            .setUtilisationPercent(utilisationPercent / 5 * 5);
    parts.put(0, part(first, 0, bands));
    for (int part = 1; part < LoadForm.PARTS; part++) {
      // What was told before must be taken back where nothing is left of it.
      if (!slots(bands, part).isEmpty() || told.containsKey(part)) {
        parts.put(part, part(Gossips.Load.newBuilder(), part, bands));
      }
    }
    return parts;
  }

  private Gossips.Load part(
      Gossips.Load.Builder load, int part, SortedMap<Integer, Integer> bands) {
    SortedMap<Integer, Integer> slots = slots(bands, part);
    LoadForm.put(load, part, slots);
    long since = 0;
    for (int slot : slots.keySet()) {
      Claimed claim = own.self().claims().get(slot);
      since = Math.max(since, claim == null ? 0 : claim.ledSince());
    }
    return load.setLedSince(since).build();
  }

  private long interval(long total, Map<Integer, Gossips.Load> news) {
    long interval = LoadPace.interval(members.size(), schedulers.getAsInt());
    boolean isAwaited = news.entrySet().stream().anyMatch(this::isOfNewlyLed);
    return isNearMean(total) && !isAwaited ? Math.max(interval, BALANCED_MICROS) : interval;
  }

  private boolean isOfNewlyLed(Map.Entry<Integer, Gossips.Load> part) {
    Gossips.Load before = told.getOrDefault(part.getKey(), Gossips.Load.getDefaultInstance());
    return part.getValue().getLedSince() > before.getLedSince();
  }

  private boolean isNearMean(long total) {
    long sum = total;
    int known = 1;
    for (Member member : members.all()) {
      Optional<Gossips.Load> load = Loads.of(member);
      if (load.isPresent() && member.standing().isPresent()) {
        sum += Bands.requests(load.get().getPendingBand());
        known++;
      }
    }
    double mean = (double) sum / known;
    return known > 1 && Math.abs(total - mean) <= NEAR_MEAN * mean;
  }
}
