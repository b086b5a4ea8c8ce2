package io.corale.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A row of {@code examples/README.md}: whoever interprets or runs the examples reads what to expect
 * there, so that the page is true.
 *
 * @param entries of the log that it costs
 * @param events that it must hear, in this order
 */
public record Example(String name, String input, String output, long entries, List<Told> events) {
  private static final Path FOLDER = Path.of("..", "examples");

  private static final List<String> RESOURCES =
      List.of("schemas/order.yaml", "shelf/functions/wrap/1.0.0/function.yaml");

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z-]+)` \\|[^|]*\\| `([^`|]*)` \\| `([^`|]*)` \\| (\\d+) \\|$");

  private static final Pattern EVENT =
      Pattern.compile(
          "(?m)^\\| `([a-z-]+)` \\| (all|the invocation|its schedule) \\| `([^`|]*)` \\|$");

  /** An event that somebody announces, as JSON with its type and data alone. */
  public record Told(Hearer to, String event) {}

  /** Whom an event is for. */
  public enum Hearer {
    /** All who listen, once the invocation does. */
    ALL,
    /** The invocation, before it may listen. */
    INVOCATION,
    /** All who listen, that the example begins by itself. */
    SCHEDULE
  }

  /** All of them; throws where an example has no row, or a row no example. */
  public static List<Example> all() throws IOException {
    String page = Files.readString(FOLDER.resolve("README.md"));
    List<Example> rows =
        ROW.matcher(page).results().map(row -> of(row, events(page, row.group(1)))).toList();
    List<String> named = rows.stream().map(Example::name).sorted().toList();
    if (!named.equals(files())) {
      throw new IllegalStateException("the page has rows for " + named + ", there are " + files());
    }
    return rows;
  }

  private static Example of(MatchResult row, List<Told> events) {
    return new Example(
        row.group(1), row.group(2), row.group(3), Long.parseLong(row.group(4)), events);
  }

  private static List<Told> events(String page, String name) {
    return EVENT
        .matcher(page)
        .results()
        .filter(row -> row.group(1).equals(name))
        .map(row -> new Told(hearer(row.group(2)), row.group(3)))
        .toList();
  }

  private static Hearer hearer(String word) {
    return switch (word) {
      case "all" -> Hearer.ALL;
      case "the invocation" -> Hearer.INVOCATION;
      default -> Hearer.SCHEDULE;
    };
  }

  private static List<String> files() throws IOException {
    return inside(FOLDER, each -> each.toString().endsWith(".yaml")).stream()
        .map(file -> file.getFileName().toString())
        .map(name -> name.substring(0, name.length() - ".yaml".length()))
        .sorted()
        .toList();
  }

  /** What it runs: the compositions in the folder of its name, to be published before it. */
  public List<String> parts() throws IOException {
    return compositions(FOLDER.resolve(name));
  }

  /** What it runs at other owners, who publish it before: the compositions in the folders there. */
  public SortedMap<String, List<String>> neighbours() throws IOException {
    SortedMap<String, List<String>> neighbours = new TreeMap<>();
    for (Path owner : inside(FOLDER.resolve(name), Files::isDirectory)) {
      neighbours.put(owner.getFileName().toString(), compositions(owner));
    }
    return neighbours;
  }

  private static List<String> compositions(Path folder) throws IOException {
    List<String> compositions = new ArrayList<>();
    for (Path file : inside(folder, each -> each.toString().endsWith(".yaml"))) {
      compositions.add(Files.readString(file));
    }
    return compositions;
  }

  private static List<Path> inside(Path folder, Predicate<Path> wanted) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(wanted).sorted().toList();
    }
  }

  /** What is told to one of them. */
  public List<String> events(Hearer to) {
    return events.stream().filter(told -> told.to() == to).map(Told::event).toList();
  }

  /** The composition. */
  public String source() throws IOException {
    return Files.readString(FOLDER.resolve(name + ".yaml"));
  }

  /** What the compositions here refer to, by address. */
  public static SortedMap<String, String> resources() throws IOException {
    SortedMap<String, String> resources = new TreeMap<>();
    for (String address : RESOURCES) {
      resources.put(address, Files.readString(FOLDER.resolve(address)));
    }
    return resources;
  }

  /** What stands in the owner's catalog, by {@code NAME:VERSION}. */
  public static SortedMap<String, String> functions() throws IOException {
    SortedMap<String, String> functions = new TreeMap<>();
    functions.put("weigh:1.0.0", Files.readString(FOLDER.resolve("functions/weigh.yaml")));
    return functions;
  }

  /** All that is joined with the compositions here when they are published, by address. */
  public static SortedMap<String, String> joined() throws IOException {
    SortedMap<String, String> joined = resources();
    functions().forEach((name, text) -> joined.put(name + "@default", text));
    return joined;
  }

  @Override
  public String toString() {
    return name;
  }
}
