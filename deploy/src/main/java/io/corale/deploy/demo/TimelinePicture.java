package io.corale.deploy.demo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What happened, as one SVG that needs nothing else: the calls that ran at the provider against its
 * limit, who was superpeer, when it was killed. Pure. All times are milliseconds of one clock.
 *
 * @param levels how many calls ran from a time on, in order
 * @param kill when a node was killed, and which
 */
record TimelinePicture(
    Span whole,
    int limit,
    List<Level> levels,
    List<Refusals> refusals,
    List<Act> acts,
    List<String> nodes,
    List<Reign> reigns,
    Optional<Kill> kill) {
  private static final int WIDTH = 1120;
  private static final int LEFT = 76;
  private static final int RIGHT = 24;
  private static final int TOP = 86;
  private static final int PLOT = 200;
  private static final int LANE = 26;
  private static final int MAX_TICKS = 16;
  private static final long[] TICK_SECONDS = {1, 2, 5, 10, 20, 30, 60, 120, 300, 600};

  /** From one time to a later one. */
  record Span(long from, long to) {}

  record Level(long at, int running) {}

  /** Calls that the provider refused at about this time. */
  record Refusals(long at, int count) {}

  record Act(Span span, String name) {}

  record Reign(Span span, String node) {}

  record Kill(long at, String node) {}

  /** The picture. */
  String svg() {
    StringBuilder out = new StringBuilder();
    int height = lanesTop() + nodes.size() * LANE + 76;
    line(
        out,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'"
            + " font-family='system-ui, sans-serif' font-size='12' fill='#222b38'>",
        WIDTH,
        height,
        WIDTH,
        height);
    line(out, "<rect width='100%%' height='100%%' fill='#ffffff'/>");
    text(
        out,
        LEFT,
        30,
        "start",
        "font-size='18' font-weight='600'",
        "Calls running at the provider");
    acts(out);
    running(out);
    lanes(out);
    timeAxis(out, height);
    kill(out);
    legend(out, height - 14);
    out.append("</svg>\n");
    return out.toString();
  }

  private void acts(StringBuilder out) {
    for (int i = 0; i < acts.size(); i++) {
      Act act = acts.get(i);
      double left = x(act.span.from);
      double wide = Math.max(1, x(act.span.to) - left);
      line(
          out,
          "<rect x='%.1f' y='%d' width='%.1f' height='%d' fill='%s'/>",
          left,
          TOP - 26,
          wide,
          bottom() - TOP + 26,
          i % 2 == 0 ? "#f1f4f8" : "#e8edf4");
      text(out, left + 6, TOP - 10, "start", "fill='#5b6675'", act.name);
    }
  }

  private void running(StringBuilder out) {
    for (int value = 0; value <= most(); value++) {
      line(
          out,
          "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#d5dbe3'/>",
          LEFT,
          WIDTH - RIGHT,
          y(value),
          y(value));
      text(out, LEFT - 10, y(value) + 4, "end", "", Integer.toString(value));
    }
    line(
        out,
        "<text transform='translate(24 %d) rotate(-90)' text-anchor='middle'>running calls</text>",
        TOP + PLOT / 2);
    StringBuilder path = new StringBuilder(format("M%.1f %.1f", x(whole.from), y(0)));
    for (Level level : levels) {
      path.append(format("H%.1f V%.1f", x(level.at), y(level.running)));
    }
    path.append(format("H%.1f V%.1f Z", x(whole.to), y(0)));
    line(
        out,
        "<path d='%s' fill='#4c8bd6' fill-opacity='0.35' stroke='#2f6cb5' stroke-width='1'/>",
        path);
    line(
        out,
        "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#d9822b' stroke-width='2'"
            + " stroke-dasharray='7 4'/>",
        LEFT,
        WIDTH - RIGHT,
        y(limit),
        y(limit));
    for (Refusals refused : refusals) {
      line(
          out, "<circle cx='%.1f' cy='%.1f' r='5' fill='#c62f2f'/>", x(refused.at), y(limit + 0.5));
      text(
          out,
          x(refused.at) + 9,
          y(limit + 0.5) + 4,
          "start",
          "fill='#c62f2f'",
          refused.count + " \u00d7 429");
    }
  }

  private void lanes(StringBuilder out) {
    text(out, LEFT, lanesTop() - 8, "start", "font-weight='600'", "Superpeer of the cell");
    for (int i = 0; i < nodes.size(); i++) {
      String node = nodes.get(i);
      double top = lanesTop() + i * LANE;
      text(out, LEFT - 10, top + 15, "end", "", node);
      bar(out, whole, top, "#ffffff");
      for (Reign reign : reigns) {
        if (reign.node.equals(node)) {
          bar(out, reign.span, top, "#3f9d74");
        }
      }
      kill.filter(k -> k.node.equals(node))
          .ifPresent(k -> bar(out, new Span(k.at, whole.to), top, "#f3c9c9"));
    }
  }

  private void bar(StringBuilder out, Span span, double top, String colour) {
    line(
        out,
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%d' rx='2' fill='%s'/>",
        x(span.from),
        top,
        Math.max(1, x(span.to) - x(span.from)),
        LANE - 6,
        colour);
  }

  private void timeAxis(StringBuilder out, int height) {
    long step = TICK_SECONDS[TICK_SECONDS.length - 1];
    for (int i = TICK_SECONDS.length - 1; i >= 0; i--) {
      if (length() / 1000 / TICK_SECONDS[i] <= MAX_TICKS) {
        step = TICK_SECONDS[i];
      }
    }
    for (long second = 0; second * 1000 <= length(); second += step) {
      double at = x(whole.from + second * 1000);
      line(
          out,
          "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#8a93a0'/>",
          at,
          at,
          bottom(),
          bottom() + 5);
      text(out, at, bottom() + 18, "middle", "", Long.toString(second));
    }
    text(out, WIDTH - RIGHT, height - 14, "end", "", "seconds since the first call");
  }

  private void kill(StringBuilder out) {
    kill.ifPresent(
        k -> {
          line(
              out,
              "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#c62f2f' stroke-width='2'/>",
              x(k.at),
              x(k.at),
              TOP - 36,
              bottom());
          text(
              out,
              x(k.at),
              TOP - 42,
              "middle",
              "fill='#c62f2f' font-weight='600'",
              "kill -9 " + k.node);
        });
  }

  private void legend(StringBuilder out, int y) {
    key(out, LEFT, y, "#4c8bd6", "running calls");
    key(out, LEFT + 120, y, "#d9822b", "limit of the account (" + limit + ")");
    key(out, LEFT + 296, y, "#c62f2f", "refused by the provider");
    key(out, LEFT + 476, y, "#3f9d74", "superpeer");
    key(out, LEFT + 580, y, "#f3c9c9", "killed");
  }

  private static void key(StringBuilder out, int x, int y, String colour, String name) {
    line(out, "<rect x='%d' y='%d' width='12' height='12' fill='%s'/>", x, y - 10, colour);
    text(out, x + 18, y, "start", "", name);
  }

  private int most() {
    return Math.max(limit + 1, levels.stream().mapToInt(Level::running).max().orElse(0));
  }

  private double y(double value) {
    return TOP + PLOT * (1 - value / most());
  }

  private double x(long at) {
    long inside = Math.min(Math.max(at, whole.from), whole.to);
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * (inside - whole.from) / length();
  }

  private long length() {
    return Math.max(1, whole.to - whole.from);
  }

  private static int lanesTop() {
    return TOP + PLOT + 40;
  }

  private int bottom() {
    return lanesTop() + nodes.size() * LANE;
  }

  private static void text(
      StringBuilder out, double x, double y, String anchor, String style, String what) {
    String escaped = what.replace("&", "&amp;").replace("<", "&lt;");
    line(
        out, "<text x='%.1f' y='%.1f' text-anchor='%s' %s>%s</text>", x, y, anchor, style, escaped);
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(format(format, values)).append('\n');
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
