package io.corale.scheduler;

import io.corale.model.Event;
import io.corale.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * With what a branch listens: events that come while it does something else wait in the mailbox.
 * What is addressed to the invocation is kept by that, for whichever ear takes it.
 *
 * @param number among the ears and timers of the branch; those further in have greater ones
 * @param sequence unique in the cell; in this order ears hear of an event
 * @param subscriptions an event that fits one of them is for this ear
 * @param mailbox oldest first
 * @param offered the last event addressed to the invocation that this ear was offered
 * @param isOverflowing whether events came that found the mailbox full; the branch learns that when
 *     it has heard the others, also those that found room again
 */
public record Ear(
    int number,
    long sequence,
    List<Subscription> subscriptions,
    List<Mail> mailbox,
    long offered,
    boolean isOverflowing) {
  /** The filters of one task, with room; more is a filter that looks at a list. */
  public static final int MAX_SUBSCRIPTIONS = 64;

  /** A burst while a function is called. */
  public static final int MAX_EVENTS = 128;

  /** Eight of the largest events, or the whole burst of small ones. */
  static final long MAX_EVENT_BYTES = 256 * 1024;

  /** The record, and its places in the index. */
  private static final long FIXED_BYTES = 250;

  public Ear {
    subscriptions = List.copyOf(subscriptions);
    mailbox = List.copyOf(mailbox);
  }

  static Ear of(int number, long sequence, List<Subscription> subscriptions) {
    return new Ear(number, sequence, subscriptions, List.of(), 0, false);
  }

  /** What a branch gets to hear, and the ear without it. */
  record Next(Ear ear, Signal signal) {}

  /** What it listens for, in a line for a person. */
  static String words(List<Subscription> subscriptions) {
    return subscriptions.stream()
        .map(Subscription::toString)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  boolean accepts(Event event) {
    return subscriptions.stream().anyMatch(each -> each.accepts(event));
  }

  /** Whether another ear is the same, whatever both have heard. */
  boolean listensAs(Ear other) {
    return sequence == other.sequence && subscriptions.equals(other.subscriptions);
  }

  boolean isFull() {
    return mailbox.size() >= MAX_EVENTS
        || mailbox.stream().mapToLong(mail -> mail.event().sizeBytes()).sum() >= MAX_EVENT_BYTES;
  }

  Ear and(Mail mail) {
    List<Mail> more = new ArrayList<>(mailbox);
    more.add(mail);
    return with(more);
  }

  private Ear with(List<Mail> mailbox) {
    return new Ear(number, sequence, subscriptions, mailbox, offered, isOverflowing);
  }

  Ear overflowing() {
    return new Ear(number, sequence, subscriptions, mailbox, offered, true);
  }

  /** The event that came first, of its own and of what the invocation keeps. */
  Optional<Next> next(List<Mail> kept) {
    Optional<Mail> addressed =
        kept.stream()
            .filter(mail -> mail.sequence() > offered && accepts(mail.event()))
            .findFirst();
    if (!mailbox.isEmpty()
        && (addressed.isEmpty() || mailbox.get(0).sequence() < addressed.get().sequence())) {
      Signal heard = new Signal.Heard(number, mailbox.get(0).event(), Signal.Heard.NOT_KEPT);
      return Optional.of(new Next(with(mailbox.subList(1, mailbox.size())), heard));
    }
    if (addressed.isPresent()) {
      return Optional.of(offer(addressed.get()));
    }
    return isOverflowing ? Optional.of(deafened()) : Optional.empty();
  }

  /** What is addressed to the invocation, which keeps it until it is taken. */
  Next offer(Mail mail) {
    return new Next(
        new Ear(number, sequence, subscriptions, mailbox, mail.sequence(), isOverflowing),
        new Signal.Heard(number, mail.event(), mail.sequence()));
  }

  private Next deafened() {
    String detail = "more events came than wait to be heard, " + MAX_EVENTS + " at most";
    return new Next(
        new Ear(number, sequence, subscriptions, mailbox, offered, false),
        new Signal.Failed(Problem.communication(detail, "")));
  }

  long sizeBytes() {
    return FIXED_BYTES
        + subscriptions.stream().mapToLong(Subscription::sizeBytes).sum()
        + mailbox.stream().mapToLong(mail -> mail.event().sizeBytes()).sum();
  }
}
