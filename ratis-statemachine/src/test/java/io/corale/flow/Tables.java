package io.corale.flow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Tables and documents that tests read: a row is a line, bars stand between its cells. */
final class Tables {
  private Tables() {}

  /** The page whose tables say where the standard's own SDK differs from us. */
  static final Path SPECIFICATION = Path.of("../docs/specification.md");

  /** The rows of the table of a page in a section, each of so many cells, without backticks. */
  static List<String[]> section(Path page, String heading, int cells) throws IOException {
    List<String> lines = Files.readAllLines(page);
    return lines.subList(lines.indexOf("## " + heading) + 1, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| "))
        .skip(1)
        .map(line -> line.substring(2, line.length() - 2).replace("`", ""))
        .map(line -> cells(line, cells))
        .toList();
  }

  /** The rows below the comments, each of so many cells. */
  static List<String[]> rows(Path table, int cells) throws IOException {
    return Files.readAllLines(table).stream()
        .filter(line -> !line.startsWith("#") && !line.isBlank())
        .map(line -> cells(line, cells))
        .toList();
  }

  private static String[] cells(String line, int count) {
    String[] cells = line.split(" \\| ", -1);
    if (cells.length != count) {
      throw new IllegalArgumentException("not " + count + " cells: " + line);
    }
    for (int i = 0; i < count; i++) {
      cells[i] = cells[i].strip();
    }
    return cells;
  }

  /** The names of the documents of a directory, sorted; blanks in them are written as hyphens. */
  static List<String> documents(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(Tables::name).filter(name -> !name.isEmpty()).sorted().toList();
    }
  }

  /** The document of a directory. */
  static String document(Path directory, String name) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Path file = files.filter(each -> name(each).equals(name)).findFirst().orElseThrow();
      return Files.readString(file);
    }
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.endsWith(".yaml")
        ? name.substring(0, name.length() - ".yaml".length()).replace(' ', '-')
        : "";
  }
}
