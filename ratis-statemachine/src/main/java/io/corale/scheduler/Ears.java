package io.corale.scheduler;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The ears of a branch, which are open whatever else it does, and whether it waits for one of them.
 *
 * @param all by their numbers, which are unique
 * @param hearing empty where it does not wait to hear
 */
public record Ears(List<Ear> all, Optional<Hearing> hearing) {
  /**
   * A task that listens inside of what another does for each event, and so on: nobody nests more.
   */
  public static final int MAX_EARS = 8;

  static final Ears NONE = new Ears(List.of(), Optional.empty());

  public Ears {
    all = List.copyOf(all);
  }

  /**
   * A branch waits until this ear hears something.
   *
   * @param leftMicros that were left until the deadline of the invocation when this began; the wait
   *     does not count
   */
  public record Hearing(int ear, long leftMicros) {
    /** The one that began first, for which most was left. */
    static Optional<Hearing> first(List<Hearing> all) {
      return all.stream().max(Comparator.comparingLong(Hearing::leftMicros));
    }
  }

  boolean isHearing() {
    return hearing.isPresent();
  }

  boolean isHearing(int ear) {
    return hearing.isPresent() && hearing.get().ear() == ear;
  }

  /** The ear of this number. */
  public Optional<Ear> find(int number) {
    return all.stream().filter(ear -> ear.number() == number).findFirst();
  }

  /** With this ear in the place of the one of its number. */
  Ears with(Ear ear) {
    List<Ear> next = new ArrayList<>(all.size() + 1);
    all.stream().filter(other -> other.number() < ear.number()).forEach(next::add);
    next.add(ear);
    all.stream().filter(other -> other.number() > ear.number()).forEach(next::add);
    return new Ears(next, hearing);
  }

  /** Without the ear of this number, where there is one. */
  Ears without(int number) {
    return new Ears(
        all.stream().filter(ear -> ear.number() != number).toList(),
        hearing.filter(now -> now.ear() != number));
  }

  /** Without those that were opened further in than a timer of this number. */
  Ears withoutInside(int number) {
    return all.isEmpty()
        ? this
        : new Ears(
            all.stream().filter(ear -> ear.number() < number).toList(),
            hearing.filter(now -> now.ear() < number));
  }

  /** Open as they are; but the branch does not wait to hear. */
  Ears atWork() {
    return hearing.isEmpty() ? this : new Ears(all, Optional.empty());
  }

  Ears hearing(Hearing now) {
    return new Ears(all, Optional.of(now));
  }

  long sizeBytes() {
    long size = 0;
    for (Ear ear : all) {
      size += ear.sizeBytes();
    }
    return size;
  }
}
