package io.corale.flow.graph;

import io.corale.flow.Outline;
import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import io.corale.flow.Outline.Node;
import java.util.ArrayList;
import java.util.List;

/** Writes an outline as a Mermaid flowchart, which many wikis and code hosts show as a picture. */
public final class Mermaid {
  private final StringBuilder out = new StringBuilder("flowchart TD\n");
  private int nodes;

  private Mermaid() {}

  /** The text of the chart. */
  public static String text(Outline outline) {
    Mermaid mermaid = new Mermaid();
    mermaid.line(1, "%% " + escaped(Labels.cut(outline.title())));
    mermaid.box(outline.root(), 1);
    return mermaid.out.toString();
  }

  private void box(Box box, int depth) {
    List<String> ids = new ArrayList<>();
    for (Node node : box.nodes()) {
      String id = "n" + nodes++;
      ids.add(id);
      if (node.inside().isPresent()) {
        line(depth, "subgraph " + id + "[" + label(node) + "]");
        box(node.inside().get(), depth + 1);
        line(depth, "end");
      } else {
        line(depth, id + shaped(node));
      }
    }
    for (Arrow arrow : box.arrows()) {
      String label = arrow.label().isEmpty() ? "" : "|" + quoted(Labels.cut(arrow.label())) + "|";
      line(depth, ids.get(arrow.from()) + " -->" + label + " " + ids.get(arrow.to()));
    }
  }

  private static String shaped(Node node) {
    return switch (node.shape()) {
      case BEGIN, ROUND, END -> node.name().isEmpty() ? "((\" \"))" : "([" + label(node) + "])";
      case STOP -> "(((" + label(node) + ")))";
      case CHOICE -> "{{" + label(node) + "}}";
      case TASK -> "[" + label(node) + "]";
    };
  }

  private static String label(Node node) {
    String name = escaped(Labels.cut(node.name()));
    String does = node.does().isEmpty() ? "" : "<br/>" + escaped(Labels.cut(node.does()));
    return "\"" + name + does + "\"";
  }

  private static String quoted(String text) {
    return "\"" + escaped(text) + "\"";
  }

  /** Letters, digits and what is harmless; everything else as a numbered entity of Mermaid. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              if (Character.isLetterOrDigit(point) || " .,:-_/+".indexOf(point) >= 0) {
                escaped.appendCodePoint(point);
              } else {
                escaped.append('#').append(point).append(';');
              }
            });
    return escaped.toString();
  }

  private void line(int depth, String text) {
    out.append("  ".repeat(depth)).append(text).append('\n');
  }
}
