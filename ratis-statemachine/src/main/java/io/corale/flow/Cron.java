package io.corale.flow;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A calendar expression of five fields in UTC: minute, hour, day of the month, month, day of the
 * week. Where both days are restricted, either will do; names of months and days have three
 * letters, and Sunday is 0 or 7.
 */
public final class Cron {
  /** A list of all minutes takes less. */
  static final int MAX_CHARS = 256;

  /** From a 29 February on some day of the week, over a century that has none, to the next. */
  private static final int MAX_DAYS = 40 * 366;

  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  private static final Pattern PART =
      Pattern.compile("(\\*|[0-9A-Za-z]{1,9})(?:-([0-9A-Za-z]{1,9}))?(?:/([0-9]{1,9}))?");

  private static final int MINUTES_OF_HOUR = 60;
  private static final int MINUTES_OF_DAY = 24 * MINUTES_OF_HOUR;

  private final long minutes;
  private final long hours;
  private final long days;
  private final long months;
  private final long weekdays;
  private final boolean takesEitherDay;

  private static final Field MINUTE = new Field("minute", 0, 59, List.of());
  private static final Field HOUR = new Field("hour", 0, 23, List.of());
  private static final Field DAY = new Field("day of the month", 1, 31, List.of());
  private static final Field MONTH = new Field("month", 1, 12, MONTHS);
  private static final Field WEEKDAY = new Field("day of the week", 0, 7, DAYS);
  private static final int FIELDS = 5;

  /**
   * What may stand in one of the five places.
   *
   * @param names stand for numbers, from the least on
   */
  private record Field(String title, int least, int most, List<String> names) {
    /** The numbers that a field names, as bits. */
    private long read(String text) {
      long bits = 0;
      for (String part : text.split(",", -1)) {
        bits |= part(part);
      }
      return bits;
    }

    private long part(String text) {
      Matcher part = PART.matcher(text);
      if (!part.matches()) {
        throw new IllegalArgumentException(
            title + " '" + text + "' is none of *, N, N-M, each also with /STEP");
      }
      boolean isAll = part.group(1).equals("*");
      if (isAll && part.group(2) != null) {
        throw new IllegalArgumentException(title + " '" + text + "': a range begins with a number");
      }
      int from = isAll ? least : number(part.group(1));
      int to = from;
      if (part.group(2) != null) {
        to = number(part.group(2));
      } else if (isAll || part.group(3) != null) {
        to = isOfWeek() ? most - 1 : most;
      }
      if (from > to) {
        throw new IllegalArgumentException(title + " '" + text + "' begins after its end");
      }
      return bits(from, to, part.group(3) == null ? 1 : step(part.group(3)));
    }

    /** Sunday may be the first or the last of its days. */
    private boolean isOfWeek() {
      return names.equals(DAYS);
    }

    private long bits(int from, int to, int step) {
      long bits = 0;
      for (int number = from; number <= to; number += step) {
        bits |= 1L << (isOfWeek() ? number % DAYS.size() : number);
      }
      return bits;
    }

    private int step(String text) {
      int step = Integer.parseInt(text);
      if (step < 1 || step > most) {
        throw new IllegalArgumentException(
            "the step of " + title + " must be from 1 to " + most + ", found " + text);
      }
      return step;
    }

    private int number(String text) {
      int named = names.indexOf(text.toUpperCase(Locale.ROOT));
      if (named >= 0) {
        return least + named;
      }
      boolean isNumber = text.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!isNumber) {
        throw new IllegalArgumentException(
            title
                + " '"
                + text
                + "' is not a number"
                + (names.isEmpty() ? "" : ", and not one of " + String.join(", ", names)));
      }
      int number = Integer.parseInt(text);
      if (number < least || number > most) {
        throw new IllegalArgumentException(
            title + " must be from " + least + " to " + most + ", found " + text);
      }
      return number;
    }
  }

  private Cron(String[] fields) {
    this.minutes = MINUTE.read(fields[0]);
    this.hours = HOUR.read(fields[1]);
    this.days = DAY.read(fields[2]);
    this.months = MONTH.read(fields[3]);
    this.weekdays = WEEKDAY.read(fields[4]);
    this.takesEitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
  }

  /** Throws {@link IllegalArgumentException}, which says what is wrong, for anything else. */
  public static Cron parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new IllegalArgumentException("it has more than " + MAX_CHARS + " characters");
    }
    String[] fields = text.strip().split("\\s+");
    if (fields.length != FIELDS || text.isBlank()) {
      throw new IllegalArgumentException(
          "five fields are expected (minute, hour, day of the month, month, day of the week), found"
              + " "
              + (text.isBlank() ? 0 : fields.length));
    }
    Cron cron = new Cron(fields);
    if (cron.next(0).isEmpty()) {
      throw new IllegalArgumentException("there is no such day in any year");
    }
    return cron;
  }

  /**
   * The first moment after this one, both in milliseconds since 1970; empty where there is none.
   */
  public OptionalLong next(long afterMillis) {
    long minute = Math.floorDiv(afterMillis, 60_000) + 1;
    LocalDateTime from = LocalDateTime.ofEpochSecond(minute * 60, 0, ZoneOffset.UTC);
    LocalDate day = from.toLocalDate();
    int earliest = from.getHour() * MINUTES_OF_HOUR + from.getMinute();
    for (int i = 0; i < MAX_DAYS; i++) {
      int at = has(day) ? firstFrom(earliest) : MINUTES_OF_DAY;
      if (at < MINUTES_OF_DAY) {
        return OptionalLong.of((day.toEpochDay() * MINUTES_OF_DAY + at) * 60_000);
      }
      day = day.plusDays(1);
      earliest = 0;
    }
    return OptionalLong.empty();
  }

  private boolean has(LocalDate day) {
    boolean isDay = has(days, day.getDayOfMonth());
    boolean isWeekday = has(weekdays, day.getDayOfWeek().getValue() % DAYS.size());
    return has(months, day.getMonthValue())
        && (takesEitherDay ? isDay || isWeekday : isDay && isWeekday);
  }

  /** The first minute of a day that is not before this one. */
  private int firstFrom(int earliest) {
    for (int at = earliest; at < MINUTES_OF_DAY; at++) {
      if (has(hours, at / MINUTES_OF_HOUR) && has(minutes, at % MINUTES_OF_HOUR)) {
        return at;
      }
    }
    return MINUTES_OF_DAY;
  }

  private static boolean has(long bits, int number) {
    return (bits & (1L << number)) != 0;
  }
}
