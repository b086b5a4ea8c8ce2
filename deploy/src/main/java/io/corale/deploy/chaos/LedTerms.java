package io.corale.deploy.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who led which cell in which term, as the nodes wrote it into logs of their own, which outlive
 * their processes. Pure, but for reading them.
 *
 * @param leaders the nodes that led, by cell, epoch and term
 * @param served in which epochs each cell was served: one that was only led acknowledged nothing
 */
record LedTerms(
    SortedMap<Term, SortedSet<String>> leaders, SortedMap<String, SortedSet<Long>> served) {
  private static final Pattern LED =
      Pattern.compile("cell (\\S+) epoch (\\d+) term (\\d+) (led|served) by this node(?! no more)");

  /** One term of one group. */
  record Term(String cell, long epoch, long number) implements Comparable<Term> {
    @Override
    public int compareTo(Term other) {
      int byCell = cell.compareTo(other.cell);
      int byEpoch = byCell != 0 ? byCell : Long.compare(epoch, other.epoch);
      return byEpoch != 0 ? byEpoch : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
      return "term " + number + " of cell " + cell + " epoch " + epoch;
    }
  }

  LedTerms {
    leaders = Collections.unmodifiableSortedMap(new TreeMap<>(leaders));
    served = Collections.unmodifiableSortedMap(new TreeMap<>(served));
  }

  /**
   * Reads the logs of nodes.
   *
   * @param logs by the node's name
   */
  static LedTerms read(Map<String, Path> logs) throws IOException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, Path> log : logs.entrySet()) {
      // A process that was killed may have left half a character.
      texts.put(
          log.getKey(), new String(Files.readAllBytes(log.getValue()), StandardCharsets.UTF_8));
    }
    return parse(texts);
  }

  static LedTerms parse(Map<String, String> logs) {
    SortedMap<Term, SortedSet<String>> leaders = new TreeMap<>();
    SortedMap<String, SortedSet<Long>> served = new TreeMap<>();
    logs.forEach(
        (node, text) ->
            text.lines()
                .map(LED::matcher)
                .filter(Matcher::find)
                .forEach(
                    line -> {
                      String cell = line.group(1);
                      long epoch = Long.parseLong(line.group(2));
                      if (line.group(4).equals("served")) {
                        served.computeIfAbsent(cell, none -> new TreeSet<>()).add(epoch);
                      } else {
                        Term term = new Term(cell, epoch, Long.parseLong(line.group(3)));
                        leaders.computeIfAbsent(term, none -> new TreeSet<>()).add(node);
                      }
                    }));
    return new LedTerms(leaders, served);
  }

  int count() {
    return leaders.size();
  }

  /** Terms that two nodes led, and cells for which two groups were responsible. */
  List<String> violations() {
    List<String> violations = new ArrayList<>();
    leaders.forEach(
        (term, nodes) -> {
          if (nodes.size() > 1) {
            violations.add("leaders: " + term + " was led by " + nodes);
          }
        });
    served.forEach(
        (cell, groups) -> {
          if (groups.size() > 1) {
            violations.add("groups: cell " + cell + " was served in the epochs " + groups);
          }
        });
    return violations;
  }
}
