package io.corale.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.corale.sim.Seeds;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calendar expressions: when they are next, and what is wrong with them. */
class CronTest {
  private static long millis(String time) {
    return Instant.parse(time).toEpochMilli();
  }

  private static String next(String expression, String after) {
    OptionalLong next = Cron.parse(expression).next(millis(after));
    return Instant.ofEpochMilli(next.orElseThrow()).toString();
  }

  /** 1 January 2026 is a Thursday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *          | 2026-01-01T00:00:00Z     | 2026-01-01T00:01:00Z
          * * * * *          | 2026-01-01T00:00:59.999Z | 2026-01-01T00:01:00Z
          0 0 * * *          | 2026-01-01T00:00:00Z     | 2026-01-02T00:00:00Z
          0 0 * * *          | 2025-12-31T23:59:59.999Z | 2026-01-01T00:00:00Z
          59 23 31 12 *      | 2026-12-31T23:59:00Z     | 2027-12-31T23:59:00Z
          0 12 31 * *        | 2026-01-31T12:00:00Z     | 2026-03-31T12:00:00Z
          0 12 30 * *        | 2026-01-30T12:00:00Z     | 2026-03-30T12:00:00Z
          0 0 29 2 *         | 2026-01-01T00:00:00Z     | 2028-02-29T00:00:00Z
          0 0 29 2 *         | 2096-02-29T00:00:00Z     | 2104-02-29T00:00:00Z
          0 0 29 2 */6       | 2032-02-29T00:00:00Z     | 2048-02-29T00:00:00Z
          0 0 29 2 */7       | 2088-02-29T00:00:00Z     | 2128-02-29T00:00:00Z
          0 0 1 1 *          | 2026-01-01T00:00:00Z     | 2027-01-01T00:00:00Z
          30 6 * * MON-FRI   | 2026-01-02T06:30:00Z     | 2026-01-05T06:30:00Z
          30 6 * * mon,Wed   | 2026-01-05T06:30:00Z     | 2026-01-07T06:30:00Z
          0 0 * * 0          | 2026-01-01T00:00:00Z     | 2026-01-04T00:00:00Z
          0 0 * * 7          | 2026-01-01T00:00:00Z     | 2026-01-04T00:00:00Z
          0 0 * * 5-7        | 2026-01-03T00:00:00Z     | 2026-01-04T00:00:00Z
          0 0 * * SUN-TUE    | 2026-01-04T00:00:00Z     | 2026-01-05T00:00:00Z
          */15 * * * *       | 2026-01-01T00:45:00Z     | 2026-01-01T01:00:00Z
          */25 * * * *       | 2026-01-01T00:50:00Z     | 2026-01-01T01:00:00Z
          5/20 * * * *       | 2026-01-01T00:45:00Z     | 2026-01-01T01:05:00Z
          10-30/10 * * * *   | 2026-01-01T00:30:00Z     | 2026-01-01T01:10:00Z
          0 9-17/4 * * *     | 2026-01-01T13:00:00Z     | 2026-01-01T17:00:00Z
          0 0 1 jan,JUL *    | 2026-01-01T00:00:00Z     | 2026-07-01T00:00:00Z
          0 0 1 */5 *        | 2026-06-01T00:00:00Z     | 2026-11-01T00:00:00Z
          0 0 13 * FRI       | 2026-01-01T00:00:00Z     | 2026-01-02T00:00:00Z
          0 0 13 * FRI       | 2026-01-09T00:00:00Z     | 2026-01-13T00:00:00Z
          0 0 */2 * MON      | 2026-01-01T00:00:00Z     | 2026-01-05T00:00:00Z
          0 0 31 4,6,7 *     | 2026-01-01T00:00:00Z     | 2026-07-31T00:00:00Z
          0 0 29-31 2 *      | 2026-01-01T00:00:00Z     | 2028-02-29T00:00:00Z
          0,59 0,23 * * *    | 2026-01-01T23:00:00Z     | 2026-01-01T23:59:00Z
          """)
  void isNext(String expression, String after, String expected) {
    assertThat(next(expression.strip(), after.strip())).isEqualTo(expected.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *   | minute must be from 0 to 59, found 60
          * 24 * * *   | hour must be from 0 to 23, found 24
          * * 0 * *    | day of the month must be from 1 to 31, found 0
          * * * 13 *   | month must be from 1 to 12, found 13
          * * * * 8    | day of the week must be from 0 to 7, found 8
          * * * * MOON | day of the week 'MOON' is not a number, and not one of SUN, MON, TUE, WED, THU, FRI, SAT
          * * * MAI *  | month 'MAI' is not a number, and not one of JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG, SEP, OCT, NOV, DEC
          JAN * * * *  | minute 'JAN' is not a number
          5-1 * * * *  | minute '5-1' begins after its end
          * * * * FRI-MON | day of the week 'FRI-MON' begins after its end
          */0 * * * *  | the step of minute must be from 1 to 59, found 0
          */60 * * * * | the step of minute must be from 1 to 59, found 60
          *-5 * * * *  | minute '*-5': a range begins with a number
          1,,2 * * * * | minute '' is none of *, N, N-M, each also with /STEP
          -1 * * * *   | minute '-1' is none of *, N, N-M, each also with /STEP
          1/2/3 * * * * | minute '1/2/3' is none of *, N, N-M, each also with /STEP
          ? * * * *    | minute '?' is none of *, N, N-M, each also with /STEP
          * * * *      | five fields are expected (minute, hour, day of the month, month, day of the week), found 4
          * * * * * *  | five fields are expected (minute, hour, day of the month, month, day of the week), found 6
          @daily       | five fields are expected (minute, hour, day of the month, month, day of the week), found 1
          0 0 30 2 *   | there is no such day in any year
          0 0 31 4,6,9,11 * | there is no such day in any year
          """)
  void saysWhatIsWrong(String expression, String expected) {
    assertThatThrownBy(() -> Cron.parse(expression.strip()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(expected.strip());
  }

  /** Against the plainest reading there is: minute by minute. */
  @Seeds(30)
  void isNextAsAClockWouldFindOut(long seed) {
    Random random = new Random(seed);
    int minute = random.nextInt(60);
    int hour = random.nextInt(24);
    int day = 1 + random.nextInt(31);
    int weekday = random.nextInt(7);
    int step = 1 + random.nextInt(20);
    String expression =
        List.of(
                minute + " " + hour + " " + day + " * *",
                "*/" + step + " " + hour + " * * " + weekday,
                minute + " */" + Math.min(23, step) + " * * *",
                minute + " " + hour + " " + day + " * " + weekday)
            .get(random.nextInt(4));
    LocalDateTime from =
        LocalDateTime.of(2023, 1, 1, 0, 0).plusMinutes(random.nextInt(4 * 366 * 24 * 60));

    LocalDateTime at = from.plusMinutes(1);
    while (!isAt(expression, at)) {
      at = at.plusMinutes(1);
    }

    assertThat(Cron.parse(expression).next(from.toInstant(ZoneOffset.UTC).toEpochMilli()))
        .as(expression + " after " + from)
        .hasValue(at.toInstant(ZoneOffset.UTC).toEpochMilli());
  }

  private static boolean isAt(String expression, LocalDateTime time) {
    String[] fields = expression.split(" ", -1);
    boolean isDay = is(fields[2], time.getDayOfMonth());
    boolean isWeekday = is(fields[4], time.getDayOfWeek().getValue() % 7);
    boolean takesEither = !fields[2].equals("*") && !fields[4].equals("*");
    return is(fields[0], time.getMinute())
        && is(fields[1], time.getHour())
        && (takesEither ? isDay || isWeekday : isDay && isWeekday);
  }

  private static boolean is(String field, int number) {
    if (field.startsWith("*/")) {
      return number % Integer.parseInt(field.substring(2)) == 0;
    }
    return field.equals("*") || Integer.parseInt(field) == number;
  }
}
