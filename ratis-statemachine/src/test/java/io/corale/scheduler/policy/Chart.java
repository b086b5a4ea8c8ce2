package io.corale.scheduler.policy;

import io.corale.scheduler.OtherRules;
import io.corale.scheduler.policy.World.Scenario;
import java.util.List;
import java.util.Locale;

/** A {@link Study} as a picture: a panel of bars for each scenario, a mark for each seed. */
final class Chart {
  private static final int COLUMNS = 3;
  private static final int WIDTH = 320;
  private static final int HEIGHT = 220;
  private static final int BAR = 40;
  private static final int BASE = 170;
  private static final double PIXELS = 1.3;

  private final Study study;
  private final StringBuilder svg = new StringBuilder();

  private Chart(Study study) {
    this.study = study;
  }

  static String of(Study study) {
    return new Chart(study).svg();
  }

  private String svg() {
    List<Scenario> scenarios = Study.scenarios();
    int rows = (scenarios.size() + COLUMNS - 1) / COLUMNS;
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif'"
            + " font-size='10'>%n<rect width='100%%' height='100%%' fill='white'/>%n",
        COLUMNS * WIDTH, rows * HEIGHT);
    for (int i = 0; i < scenarios.size(); i++) {
      add("<g transform='translate(%d,%d)'>%n", i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT);
      panel(scenarios.get(i));
      add("</g>%n");
    }
    return svg.append("</svg>\n").toString();
  }

  private void panel(Scenario scenario) {
    add("<text x='20' y='20' font-size='11'>%s</text>%n", Report.title(scenario));
    add("<line x1='15' y1='%d' x2='%d' y2='%d' stroke='black'/>%n", BASE, WIDTH - 15, BASE);
    int at = 20;
    for (OtherRules rules : OtherRules.values()) {
      bar(at, scenario, rules);
      at += BAR + 8;
    }
  }

  private void bar(int x, Scenario scenario, OtherRules rules) {
    double percent = study.mean(scenario, rules).attainment();
    add(
        "<rect x='%d' y='%.1f' width='%d' height='%.1f' fill='%s'/>%n",
        x, y(percent), BAR, percent * PIXELS, colour(rules));
    for (Figures each : study.each(scenario, rules)) {
      double y = y(each.attainment());
      add(
          "<line x1='%d' y1='%.1f' x2='%d' y2='%.1f' stroke='black' stroke-opacity='0.4'/>%n",
          x, y, x + BAR, y);
    }
    int middle = x + BAR / 2;
    add("<text x='%d' y='%d' text-anchor='middle'>%.1f</text>%n", middle, BASE + 12, percent);
    String[] words = rules.word().split(" ", 2);
    add("<text x='%d' y='%d' text-anchor='middle'>%s</text>%n", middle, BASE + 25, words[0]);
    if (words.length > 1) {
      add("<text x='%d' y='%d' text-anchor='middle'>%s</text>%n", middle, BASE + 36, words[1]);
    }
  }

  private static String colour(OtherRules rules) {
    return switch (rules) {
      case FIFO -> "#9e9e9e";
      case SRPT -> "#5b8db8";
      case EDF -> "#c98b3b";
      case LST -> "#b05b5b";
      case LST_BL -> "#3f7f4f";
      case EDF_AS_OFFERED -> "#e0b97a";
    };
  }

  private static double y(double percent) {
    return BASE - percent * PIXELS;
  }

  private void add(String words, Object... figures) {
    svg.append(String.format(Locale.ROOT, words.replace("%n", "\n"), figures));
  }
}
