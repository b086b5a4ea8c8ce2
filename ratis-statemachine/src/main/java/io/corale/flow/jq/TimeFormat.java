package io.corale.flow.jq;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import net.thisptr.jackson.jq.exception.JsonQueryException;

/** The directives of strftime and strptime that this release knows, always in English and UTC. */
final class TimeFormat {
  private static final List<String> DAYS =
      List.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday");

  private static final List<String> MONTHS =
      List.of(
          "January",
          "February",
          "March",
          "April",
          "May",
          "June",
          "July",
          "August",
          "September",
          "October",
          "November",
          "December");

  private static final String DIRECTIVES = "aAbBdDeFhHIjklmMnpRsStTuwyYzZ%";

  private final String text;
  private int position;
  private long year = 1900;
  private long month = 1;
  private long day = 1;
  private long dayOfYear;
  private long hour;
  private long minute;
  private long second;
  private long halfDay = -1;
  private long offsetSeconds;
  private long epochSeconds = Long.MIN_VALUE;

  /** A text that is to be read as a time. */
  TimeFormat(String text) {
    this.text = text;
  }

  static String write(LocalDateTime time, String format) throws JsonQueryException {
    StringBuilder written = new StringBuilder();
    int at = 0;
    while (at < format.length()) {
      boolean isDirective = format.charAt(at) == '%';
      String part =
          isDirective ? directive(time, letter(format, at)) : format.substring(at, at + 1);
      Meter.requireText((long) written.length() + part.length());
      written.append(part);
      at += isDirective ? 2 : 1;
    }
    return written.toString();
  }

  private static String directive(LocalDateTime time, char directive) throws JsonQueryException {
    String day = DAYS.get(time.getDayOfWeek().getValue() % 7);
    String month = MONTHS.get(time.getMonthValue() - 1);
    int hour = (time.getHour() + 11) % 12 + 1;
    return switch (directive) {
      case 'a' -> day.substring(0, 3);
      case 'A' -> day;
      case 'b', 'h' -> month.substring(0, 3);
      case 'B' -> month;
      case 'd' -> padded(time.getDayOfMonth(), 2, '0');
      case 'D' -> write(time, "%m/%d/%y");
      case 'e' -> padded(time.getDayOfMonth(), 2, ' ');
      case 'F' -> write(time, "%Y-%m-%d");
      case 'H' -> padded(time.getHour(), 2, '0');
      case 'I' -> padded(hour, 2, '0');
      case 'j' -> padded(time.getDayOfYear(), 3, '0');
      case 'k' -> padded(time.getHour(), 2, ' ');
      case 'l' -> padded(hour, 2, ' ');
      case 'm' -> padded(time.getMonthValue(), 2, '0');
      case 'M' -> padded(time.getMinute(), 2, '0');
      case 'n' -> "\n";
      case 'p' -> time.getHour() < 12 ? "AM" : "PM";
      case 'R' -> write(time, "%H:%M");
      case 's' -> String.valueOf(time.toEpochSecond(ZoneOffset.UTC));
      case 'S' -> padded(time.getSecond(), 2, '0');
      case 't' -> "\t";
      case 'T' -> write(time, "%H:%M:%S");
      case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
      case 'w' -> String.valueOf(time.getDayOfWeek().getValue() % 7);
      case 'y' -> padded(time.getYear() % 100, 2, '0');
      case 'Y' -> padded(time.getYear(), 4, '0');
      case 'z' -> "+0000";
      case 'Z' -> "UTC";
      case '%' -> "%";
      default -> throw unknown(directive);
    };
  }

  private static String padded(int number, int width, char fill) {
    String digits = String.valueOf(number);
    return String.valueOf(fill).repeat(Math.max(0, width - digits.length())) + digits;
  }

  private static JsonQueryException unknown(char directive) {
    return new JsonQueryException(
        "'%" + directive + "' in the format of a time is not one of %" + DIRECTIVES);
  }

  /** The time, in UTC. */
  LocalDateTime read(String format) throws JsonQueryException {
    readAll(format);
    if (position < text.length()) {
      throw mismatch(format);
    }
    try {
      if (epochSeconds != Long.MIN_VALUE) {
        return LocalDateTime.ofEpochSecond(epochSeconds, 0, ZoneOffset.UTC);
      }
      int inYear = Math.toIntExact(year);
      LocalDate date =
          dayOfYear > 0
              ? LocalDate.ofYearDay(inYear, Math.toIntExact(dayOfYear))
              : LocalDate.of(inYear, Math.toIntExact(month), Math.toIntExact(day));
      long hours = halfDay < 0 ? hour : hour % 12 + halfDay * 12;
      // A leap second is the second after it, as C reads it.
      return date.atTime(Math.toIntExact(hours), Math.toIntExact(minute), 0)
          .plusSeconds(second - offsetSeconds);
    } catch (DateTimeException | ArithmeticException e) {
      throw mismatch(format);
    }
  }

  private void readAll(String format) throws JsonQueryException {
    int at = 0;
    while (at < format.length()) {
      char next = format.charAt(at);
      if (next == '%') {
        directive(letter(format, at), format);
        at++;
      } else if (Character.isWhitespace(next)) {
        skip();
      } else {
        take(next, format);
      }
      at++;
    }
  }

  /** The letter behind this percent sign. */
  private static char letter(String format, int percent) {
    return percent + 1 < format.length() ? format.charAt(percent + 1) : ' ';
  }

  private void take(char expected, String format) throws JsonQueryException {
    if (position == text.length() || text.charAt(position) != expected) {
      throw mismatch(format);
    }
    position++;
  }

  private void directive(char directive, String format) throws JsonQueryException {
    switch (directive) {
      case 'a', 'A' -> word(DAYS, format);
      case 'b', 'B', 'h' -> month = 1L + word(MONTHS, format);
      case 'd', 'e' -> day = number(2, format);
      case 'D' -> readAll("%m/%d/%y");
      case 'F' -> readAll("%Y-%m-%d");
      case 'H', 'I', 'k', 'l' -> hour = number(2, format);
      case 'j' -> dayOfYear = number(3, format);
      case 'm' -> month = number(2, format);
      case 'M' -> minute = number(2, format);
      case 'n', 't' -> skip();
      case 'p' -> halfDay = word(List.of("AM", "PM"), format);
      case 'R' -> readAll("%H:%M");
      case 's' -> epochSeconds = number(11, format);
      case 'S' -> second = number(2, format);
      case 'T' -> readAll("%H:%M:%S");
      case 'u', 'w' -> number(1, format);
      case 'y' -> {
        long ofCentury = number(2, format);
        year = ofCentury + (ofCentury < 69 ? 2000 : 1900);
      }
      case 'Y' -> year = number(4, format);
      case 'z' -> offsetSeconds = offset(format);
      case 'Z' -> zone();
      case '%' -> take('%', format);
      default -> throw unknown(directive);
    }
  }

  private void skip() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private long number(int digits, String format) throws JsonQueryException {
    skip();
    long number = 0;
    int start = position;
    while (position < text.length() && position - start < digits) {
      char digit = text.charAt(position);
      if (digit < '0' || digit > '9') {
        break;
      }
      number = number * 10 + (digit - '0');
      position++;
    }
    if (position == start) {
      throw mismatch(format);
    }
    return number;
  }

  /** Which of these words, whole or its first three letters, stands here. */
  private int word(List<String> words, String format) throws JsonQueryException {
    String rest =
        text.substring(position, Math.min(text.length(), position + 9)).toLowerCase(Locale.ROOT);
    for (int i = 0; i < words.size(); i++) {
      String whole = words.get(i).toLowerCase(Locale.ROOT);
      String brief = whole.substring(0, Math.min(3, whole.length()));
      if (rest.startsWith(brief)) {
        position += rest.startsWith(whole) ? whole.length() : brief.length();
        return i;
      }
    }
    throw mismatch(format);
  }

  /** {@code Z}, {@code +0200} or {@code +02:00}. */
  private long offset(String format) throws JsonQueryException {
    char sign = position < text.length() ? text.charAt(position) : ' ';
    position++;
    if (sign == 'Z') {
      return 0;
    }
    if (sign != '+' && sign != '-') {
      throw mismatch(format);
    }
    long hours = number(2, format);
    if (position < text.length() && text.charAt(position) == ':') {
      position++;
    }
    long seconds = hours * 3_600 + number(2, format) * 60;
    return sign == '+' ? seconds : -seconds;
  }

  /** The name of a zone is read and means nothing, as in jq. */
  private void zone() {
    while (position < text.length() && Character.isLetter(text.charAt(position))) {
      position++;
    }
  }

  private JsonQueryException mismatch(String format) {
    return new JsonQueryException(
        "the date '" + shortened(text) + "' does not match the format '" + shortened(format) + "'");
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 37) + "...";
  }
}
