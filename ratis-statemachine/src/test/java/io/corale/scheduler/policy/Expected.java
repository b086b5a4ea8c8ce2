package io.corale.scheduler.policy;

import io.corale.scheduler.OtherRules;
import io.corale.scheduler.policy.World.Deadlines;
import io.corale.scheduler.policy.World.Scenario;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What was expected of LST-BL before any policies were compared: eight lines, over the means of all
 * seeds. A line that is missed is a finding, and no reason to change what is run. Compared are the
 * five policies by their own rules; EDF as it is offered stands beside them.
 */
final class Expected {
  private static final List<OtherRules> COMPARED =
      List.of(OtherRules.FIFO, OtherRules.SRPT, OtherRules.EDF, OtherRules.LST, OtherRules.LST_BL);

  private final Study study;
  private final List<String> lines = new ArrayList<>();

  private Expected(Study study) {
    this.study = study;
  }

  static List<String> lines(Study study) {
    return new Expected(study).lines();
  }

  private List<String> lines() {
    within(.8, Deadlines.LOOSE, .5);
    within(.95, Deadlines.LOOSE, .5);
    within(1.1, Deadlines.LOOSE, 3.5);
    Scenario loose = scenario(1.1, Deadlines.LOOSE);
    double slowdown = study.mean(loose, OtherRules.LST_BL).slowdown();
    double slowdownOfEdf = study.mean(loose, OtherRules.EDF).slowdown();
    verdict(
        slowdown <= slowdownOfEdf / 4,
        "load 1.1, loose: p99 slowdown at most a quarter of EDF's",
        "%.1f beside %.1f; by seed %s beside %s",
        slowdown,
        slowdownOfEdf,
        bySeed(loose, OtherRules.LST_BL, true),
        bySeed(loose, OtherRules.EDF, true));
    within(1.1, Deadlines.TIGHT, 1);
    atLeast(.95, OtherRules.SRPT);
    atLeast(5, OtherRules.EDF);
    double others = attainment(Study.NOISY, OtherRules.LST_BL);
    verdict(
        others >= 95,
        "noisy neighbour: others at least 95 %",
        "%.2f; by seed %s",
        others,
        bySeed(Study.NOISY, OtherRules.LST_BL, false));
    return lines;
  }

  /** Nobody is ahead by more than so many points. */
  private void within(double load, Deadlines deadlines, double points) {
    Scenario scenario = scenario(load, deadlines);
    OtherRules best =
        COMPARED.stream()
            .max(Comparator.comparingDouble(rules -> attainment(scenario, rules)))
            .orElseThrow();
    double ours = attainment(scenario, OtherRules.LST_BL);
    verdict(
        ours >= attainment(scenario, best) - points,
        String.format(
            Locale.ROOT,
            "load %s, %s: within %s points of the best",
            load,
            word(deadlines),
            points),
        "%.2f beside %.2f of %s; by seed %s beside %s",
        ours,
        attainment(scenario, best),
        best.word(),
        bySeed(scenario, OtherRules.LST_BL, false),
        bySeed(scenario, best, false));
  }

  private void atLeast(double times, OtherRules other) {
    Scenario scenario = scenario(1.5, Deadlines.TIGHT);
    double ours = attainment(scenario, OtherRules.LST_BL);
    double theirs = attainment(scenario, other);
    verdict(
        ours >= times * theirs,
        String.format(Locale.ROOT, "load 1.5, tight: at least %s x %s", times, other.word()),
        "%.2f beside %.2f; by seed %s beside %s",
        ours,
        theirs,
        bySeed(scenario, OtherRules.LST_BL, false),
        bySeed(scenario, other, false));
  }

  private void verdict(boolean isOk, String line, String words, Object... figures) {
    String said = String.format(Locale.ROOT, words, figures);
    lines.add((isOk ? "OK      " : "MISSED  ") + line + ": " + said);
  }

  private static Scenario scenario(double load, Deadlines deadlines) {
    return new Scenario(load, deadlines, 0);
  }

  static String word(Deadlines deadlines) {
    return deadlines == Deadlines.LOOSE ? "loose" : "tight";
  }

  private double attainment(Scenario scenario, OtherRules rules) {
    return study.mean(scenario, rules).attainment();
  }

  private String bySeed(Scenario scenario, OtherRules rules, boolean isSlowdown) {
    return study.each(scenario, rules).stream()
        .map(f -> String.format(Locale.ROOT, "%.1f", isSlowdown ? f.slowdown() : f.attainment()))
        .toList()
        .toString();
  }
}
