package io.corale.scheduler.policy;

import io.corale.scheduler.OtherRules;
import io.corale.scheduler.policy.World.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link Study} as tables. */
final class Report {
  private final Study study;
  private final List<String> lines = new ArrayList<>();

  private Report(Study study) {
    this.study = study;
  }

  static String of(Study study) {
    return new Report(study).text();
  }

  private String text() {
    for (Scenario scenario : Study.scenarios()) {
      lines.add("### " + title(scenario));
      lines.add("");
      drawn(scenario);
      figures(scenario);
    }
    lines.add("### What was expected of LST-BL");
    lines.add("");
    Expected.lines(study).forEach(line -> lines.add("    " + line));
    lines.add("");
    foreseen();
    return String.join("\n", lines);
  }

  static String title(Scenario scenario) {
    String deadlines = Expected.word(scenario.deadlines()) + " deadlines";
    return scenario.noise() > 0
        ? format(
            "Noisy neighbour: load %s by others, %s by it, %s",
            scenario.load(), scenario.noise(), deadlines)
        : format("Load %s, %s", scenario.load(), deadlines);
  }

  /** What the seeds have drawn, for they are worlds of their own. */
  private void drawn(Scenario scenario) {
    add(
        "| seed | invocations | load in the warm-up | load measured | largest caller's work | in"
            + " time if nothing waits |");
    add("|---|---|---|---|---|---|");
    List<Study.Drawn> drawn = study.worlds().getOrDefault(scenario, List.of());
    for (int i = 0; i < drawn.size(); i++) {
      Study.Drawn each = drawn.get(i);
      add(
          "| %d | %,d | %.2f | %.2f | %.0f %% | %.1f %% |",
          study.seeds().get(i),
          each.invocations(),
          each.warmUpLoad(),
          each.load(),
          100 * each.largestCaller(),
          each.ideal());
    }
    add("");
  }

  private void figures(Scenario scenario) {
    add(
        "| policy | in time | interactive | standard | batch | p99 slowdown | Jain | slots used |"
            + " in time, by seed |");
    add("|---|---|---|---|---|---|---|---|---|");
    for (OtherRules rules : OtherRules.values()) {
      Figures mean = study.mean(scenario, rules);
      List<String> byClass =
          mean.byClass().values().stream().map(each -> format("%.1f %%", each)).toList();
      List<String> bySeed =
          study.each(scenario, rules).stream().map(f -> format("%.1f", f.attainment())).toList();
      add(
          "| %s | %.2f %% | %s | %.1f | %.3f | %.1f %% | %s |",
          rules.word(),
          mean.attainment(),
          String.join(" | ", byClass),
          mean.slowdown(),
          mean.jain(),
          mean.used(),
          String.join(", ", bySeed));
    }
    add("");
  }

  /** Of the policies that an owner may choose. */
  private void foreseen() {
    add("### When calls start, as it is said while they wait");
    add("");
    add(
        "| scenario | policy | asked | within the band | before | after | end of the band over its"
            + " beginning |");
    add("|---|---|---|---|---|---|---|");
    Asks.Foreseen all = Asks.Foreseen.NONE;
    for (Scenario scenario : Study.scenarios()) {
      for (OtherRules rules : OtherRules.values()) {
        Asks.Foreseen its = study.mean(scenario, rules).foreseen();
        if (its.asked() > 0) {
          add(
              "| %s | %s | %,d | %.1f %% | %.1f %% | %.1f %% | %.1f |",
              title(scenario),
              rules.word(),
              its.asked(),
              its.percent(),
              its.percentEarly(),
              100 - its.percent() - its.percentEarly(),
              its.width());
        }
        all = all.and(its);
      }
    }
    add("");
    add(
        "    %s the predicted start lies in the printed band in 70 to 90 %% of cases: %.1f of"
            + " %,d",
        all.percent() >= 70 && all.percent() <= 90 ? "OK     " : "MISSED ",
        all.percent(),
        all.asked());
  }

  private void add(String words, Object... figures) {
    lines.add(figures.length == 0 ? words : format(words, figures));
  }

  private static String format(String words, Object... figures) {
    return String.format(Locale.ROOT, words, figures);
  }
}
