package io.corale.node;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Reads typed values out of settings and remembers every fault and every key that was asked for, so
 * that in the end unknown keys can be named. Not thread-safe.
 */
final class Settings {
  private final Map<String, Setting> settings;
  private final List<String> faults;
  private final Set<String> asked = new LinkedHashSet<>();

  Settings(Map<String, Setting> settings, List<String> faults) {
    this.settings = settings;
    this.faults = faults;
  }

  String text(String key, String fallback) {
    return read(key, fallback, value -> value);
  }

  boolean flag(String key) {
    return read(
        key,
        false,
        value -> {
          if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("expected true or false");
          }
          return value.equals("true");
        });
  }

  long number(String key, long fallback, long least, long most) {
    return read(
        key,
        fallback,
        value -> {
          long number = Long.parseLong(value);
          if (number < least || number > most) {
            throw new IllegalArgumentException("expected a number from " + least + " to " + most);
          }
          return number;
        });
  }

  Duration duration(String key, Duration fallback, Duration least, Duration most) {
    return read(
        key,
        fallback,
        value -> {
          Duration duration = Duration.parse(value);
          if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw new IllegalArgumentException("expected a duration from " + least + " to " + most);
          }
          return duration;
        });
  }

  /** A value of a type that has its own grammar and says by exception what it expects. */
  <T> T read(String key, T fallback, Function<String, T> reader) {
    asked.add(key);
    Setting setting = settings.get(key);
    if (setting == null) {
      return fallback;
    }
    if (setting.isList()) {
      faults.add(setting.place() + ": '" + key + "' is one value, not a list");
      return fallback;
    }
    String value = setting.values().get(0);
    try {
      return reader.apply(value);
    } catch (NumberFormatException e) {
      faults.add(setting.place() + ": '" + key + "': expected a number, was '" + value + "'");
    } catch (DateTimeParseException e) {
      faults.add(
          setting.place()
              + ": '"
              + key
              + "': expected a duration such as PT0.5S, was '"
              + value
              + "'");
    } catch (IllegalArgumentException e) {
      faults.add(setting.place() + ": '" + key + "': " + e.getMessage() + ", was '" + value + "'");
    }
    return fallback;
  }

  List<String> list(String key) {
    asked.add(key);
    return Optional.ofNullable(settings.get(key)).map(s -> s.asList().values()).orElse(List.of());
  }

  /** The names between a prefix and the next dot, such as those of declared programs. */
  Set<String> namesBelow(String prefix) {
    Set<String> names = new TreeSet<>();
    for (String key : settings.keySet()) {
      if (key.startsWith(prefix) && key.indexOf('.', prefix.length()) > 0) {
        names.add(key.substring(prefix.length(), key.indexOf('.', prefix.length())));
      }
    }
    return names;
  }

  String placeOf(String key) {
    return Optional.ofNullable(settings.get(key)).map(Setting::place).orElse("default");
  }

  /** Keys that nobody asked for are mistakes, and the nearest one that was is what was meant. */
  void refuseUnknown() {
    for (Map.Entry<String, Setting> entry : settings.entrySet()) {
      if (!asked.contains(entry.getKey())) {
        String near = nearest(entry.getKey());
        faults.add(
            entry.getValue().place()
                + ": unknown key '"
                + entry.getKey()
                + "'"
                + (near.isEmpty()
                    ? "; known are " + String.join(", ", asked)
                    : "; did you mean '" + near + "'?"));
      }
    }
  }

  private String nearest(String key) {
    List<String> near = new ArrayList<>();
    int best = 1 + key.length() / 3;
    for (String known : asked) {
      int distance = distance(key, known);
      if (distance < best) {
        best = distance;
        near.add(known);
      }
    }
    return near.isEmpty() ? "" : near.get(near.size() - 1);
  }

  /** Levenshtein's distance. */
  private static int distance(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int substituted = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
