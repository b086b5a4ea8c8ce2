package io.corale.scheduler;

/** Schedulers that remember little, so that simulations fill them. */
public record SmallMemory(int live, int receipts) {
  /** More than a simulation fills. */
  public static final int LARGE = 1_000;

  private static final long SIZE_BYTES = 64L * 1024 * 1024;

  /** Whether there is always room. */
  public boolean isLarge() {
    return live >= LARGE;
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
    return new Receipts.Capacity(live, receipts, SIZE_BYTES);
  }
}
