package io.corale.scheduler;

import com.google.protobuf.ByteString;
import io.corale.model.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The events that a schedule has of those which begin its composition.
 *
 * @param mailbox that nobody has compared with its filters, oldest first
 * @param parts sets that are not whole, oldest first
 * @param whole the set that begins an invocation as soon as it may; empty where there is none
 */
public record Consumption(List<Mail> mailbox, List<Part> parts, List<Mail> whole) {
  /** Beginnings that wait for their other half; the oldest gives way to a newer one. */
  public static final int MAX_PARTS = 64;

  /** Nothing. */
  public static final Consumption NONE = new Consumption(List.of(), List.of(), List.of());

  public Consumption {
    mailbox = List.copyOf(mailbox);
    parts = List.copyOf(parts);
    whole = List.copyOf(whole);
  }

  /**
   * A set that is not whole.
   *
   * @param filters those that its events fit, in the order of the events
   * @param mails its events, in the order in which they came
   * @param expected what the interpreter wants of further ones
   */
  public record Part(List<Integer> filters, List<Mail> mails, Payload expected) {
    private static final long FIXED_BYTES = 150;

    /** The beginning of a set, before its first event. */
    static final Part NOTHING = new Part(List.of(), List.of(), Payload.NULL);

    public Part {
      filters = List.copyOf(filters);
      mails = List.copyOf(mails);
    }

    /** By which it is known: that of its first event. */
    public long sequence() {
      return mails.get(0).sequence();
    }

    Part and(int filter, Mail mail, Payload expected) {
      return new Part(longer(filters, filter), longer(mails, mail), expected);
    }

    long sizeBytes() {
      return FIXED_BYTES + expected.sizeBytes() + Consumption.sizeBytes(mails);
    }
  }

  private static <T> List<T> longer(List<T> list, T more) {
    List<T> longer = new ArrayList<>(list);
    longer.add(more);
    return longer;
  }

  /** Whether no more events may wait. */
  boolean isFull() {
    return mailbox.size() >= Ear.MAX_EVENTS || sizeBytes(mailbox) >= Ear.MAX_EVENT_BYTES;
  }

  /** The event that is to be compared next. */
  public Optional<Mail> next() {
    return mailbox.stream().findFirst();
  }

  /** The set that this event is the first of. */
  public Optional<Part> part(long sequence) {
    return parts.stream().filter(part -> part.sequence() == sequence).findFirst();
  }

  /** How many events it has. */
  public int events() {
    return mailbox.size() + whole.size() + parts.stream().mapToInt(p -> p.mails().size()).sum();
  }

  Consumption and(Mail mail) {
    return new Consumption(longer(mailbox, mail), parts, whole);
  }

  /** Without the event that came first, which was compared. */
  Consumption withoutNext() {
    return new Consumption(mailbox.subList(1, mailbox.size()), parts, whole);
  }

  /** With this set in its place, behind all others where it is new. */
  Consumption with(Part part) {
    List<Part> next = new ArrayList<>(parts);
    int place = next.indexOf(part(part.sequence()).orElse(Part.NOTHING));
    if (place < 0) {
      next.add(part);
    } else {
      next.set(place, part);
    }
    return new Consumption(mailbox, next, whole);
  }

  /** Without this set, which is whole now, where it was there before. */
  Consumption without(Part part) {
    return new Consumption(
        mailbox,
        parts.stream().filter(other -> other.sequence() != part.sequence()).toList(),
        whole);
  }

  /** Without the oldest sets that there is no room for. */
  Consumption bounded() {
    int given = 0;
    long bytes = parts.stream().mapToLong(Part::sizeBytes).sum();
    while (parts.size() - given > MAX_PARTS || bytes > Ear.MAX_EVENT_BYTES) {
      bytes -= parts.get(given).sizeBytes();
      given++;
    }
    return new Consumption(mailbox, parts.subList(given, parts.size()), whole);
  }

  Consumption withWhole(List<Mail> set) {
    return new Consumption(mailbox, parts, set);
  }

  /** The input of an invocation: the events of the whole set, as a list. */
  Payload input() {
    ByteString list = ByteString.copyFromUtf8("[");
    for (Mail mail : whole) {
      ByteString event = mail.event().content().bytes();
      list = list.size() == 1 ? list.concat(event) : list.concat(COMMA).concat(event);
    }
    return new Payload(list.concat(ByteString.copyFromUtf8("]")));
  }

  private static final ByteString COMMA = ByteString.copyFromUtf8(",");

  /** How many invocations are above the one that these events begin. */
  static int depth(List<Mail> set) {
    return set.stream().mapToInt(Mail::depth).max().orElse(0);
  }

  long sizeBytes() {
    return Stream.of(mailbox, whole).mapToLong(Consumption::sizeBytes).sum()
        + parts.stream().mapToLong(Part::sizeBytes).sum();
  }

  private static long sizeBytes(List<Mail> mails) {
    return mails.stream().mapToLong(mail -> mail.event().sizeBytes()).sum();
  }
}
