package io.corale.scheduler;

import io.corale.model.Payload;

/**
 * Schedulers that remember little, so that simulations fill them.
 *
 * @param sizeBytes what all records may weigh
 * @param textBytes what all large values may
 * @param retries how many may begin at an account in one lump
 */
public record SmallMemory(int live, int receipts, long sizeBytes, long textBytes, int retries) {
  /** More than a simulation fills. */
  public static final int LARGE = 1_000;

  /** More than a simulation fills, as well. */
  public static final long ROOMY_BYTES = 64L * 1024 * 1024;

  /** Large values have all the room that they have in a real cell. */
  public SmallMemory(int live, int receipts, long sizeBytes) {
    this(
        live,
        receipts,
        sizeBytes,
        Receipts.Capacity.STANDARD.textBytes(),
        Receipts.Capacity.STANDARD.retries());
  }

  /** The same with so much room for large values. */
  public SmallMemory withTexts(long textBytes) {
    return new SmallMemory(live, receipts, sizeBytes, textBytes, retries);
  }

  /** The same with so many retries. */
  public SmallMemory withRetries(int most) {
    return new SmallMemory(live, receipts, sizeBytes, textBytes, most);
  }

  /** What a scheduler takes its large values for. */
  public static long textBytes(OwnerScheduler scheduler) {
    return scheduler.textBytes();
  }

  /** As if a record held this text, and never let go of it. */
  public static void holdForEver(OwnerScheduler scheduler, Payload text) {
    scheduler
        .texts()
        .find(text.reference())
        .ifPresent(known -> scheduler.texts().changed(null, found -> found.accept(known)));
  }

  /** So many bytes are always there. */
  public SmallMemory(int live, int receipts) {
    this(live, receipts, ROOMY_BYTES);
  }

  /** Whether there is always room. */
  public boolean isLarge() {
    return live >= LARGE && isRoomy();
  }

  /** Whether large values have all the room that they have in a real cell. */
  public boolean hasRoomForTexts() {
    return textBytes >= Receipts.Capacity.STANDARD.textBytes();
  }

  /** Whether there are always bytes. */
  public boolean isRoomy() {
    return sizeBytes >= ROOMY_BYTES;
  }

  /** What this counts for against the memory. */
  public static long sizeBytes(Invocation invocation) {
    return invocation.sizeBytes();
  }

  /** What all of this does. */
  public static long sizeBytes(Image image) {
    return image.invocations().stream().mapToLong(Invocation::sizeBytes).sum()
        + image.branches().stream().mapToLong(Branch::sizeBytes).sum()
        + image.calls().stream().mapToLong(Call::sizeBytes).sum()
        + image.incidents().stream().mapToLong(Incident::sizeBytes).sum()
        + (long) Slot.FIXED_BYTES * image.slots().size()
        + image.announced().stream().mapToLong(Announced::sizeBytes).sum()
        + image.schedules().stream().mapToLong(each -> each.consumption().sizeBytes()).sum();
  }

  /** The scheduler of a log without entries. */
  public OwnerScheduler begin() {
    return new OwnerScheduler(capacity());
  }

  /** The scheduler of which this image was taken. */
  public OwnerScheduler restore(Image image) {
    return OwnerScheduler.restore(image, capacity());
  }

  private Receipts.Capacity capacity() {
    return new Receipts.Capacity(live, receipts, sizeBytes, textBytes, retries);
  }
}
