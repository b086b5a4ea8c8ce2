package io.corale.flow.graph;

import io.corale.flow.Compilation;
import io.corale.flow.Compiler;
import io.corale.flow.Outline;
import io.corale.flow.Outline.Arrow;
import io.corale.flow.Outline.Box;
import io.corale.flow.Outline.Node;
import io.corale.flow.Outline.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Outlines of sources, of the examples, and of chance. */
final class Outlines {
  private static final Path EXAMPLES = Path.of("../examples");

  private Outlines() {}

  static Outline of(String source) {
    Compilation compilation = Compiler.compile(source);
    if (compilation instanceof Compilation.Broken broken) {
      throw new AssertionError(broken.diagnostics());
    }
    return Outline.of(
        compilation instanceof Compilation.Lacking lacking
            ? lacking.draft()
            : ((Compilation.Compiled) compilation).composition());
  }

  static Outline ofTasks(String tasks) {
    return of(
        "document: {dsl: '1.0.3', namespace: test, name: graph, version: 1.0.0}\ndo:\n" + tasks);
  }

  static Outline example(String name) {
    try {
      return of(Files.readString(EXAMPLES.resolve(name + ".yaml")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** One task, in a box in a box, so many deep. */
  static Box nested(int depth, String name) {
    Optional<Box> inside = depth == 1 ? Optional.empty() : Optional.of(nested(depth - 1, name));
    return new Box(
        List.of(
            new Node(Shape.BEGIN, "", "", Optional.empty()),
            new Node(Shape.TASK, name, name, inside),
            new Node(Shape.END, "", "", Optional.empty())),
        List.of(new Arrow(0, 1, name), new Arrow(1, 2, "")));
  }

  /** Any arrows between any nodes. */
  static Box random(SplittableRandom chance, int depth) {
    int tasks = 1 + chance.nextInt(depth == 0 ? 4 : 9);
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Node(Shape.BEGIN, "", "", Optional.empty()));
    for (int i = 0; i < tasks; i++) {
      boolean isBox = depth > 0 && chance.nextInt(4) == 0;
      Optional<Box> inside = isBox ? Optional.of(random(chance, depth - 1)) : Optional.empty();
      Shape shape = !isBox && chance.nextInt(3) == 0 ? Shape.CHOICE : Shape.TASK;
      nodes.add(new Node(shape, "t".repeat(1 + chance.nextInt(30)), "does", inside));
    }
    nodes.add(new Node(Shape.END, "end", "", Optional.empty()));
    List<Arrow> arrows = new ArrayList<>();
    for (int from = 0; from < nodes.size(); from++) {
      for (int to = 1; to < nodes.size(); to++) {
        if (chance.nextInt(nodes.size()) < 2) {
          arrows.add(new Arrow(from, to, "l".repeat(chance.nextInt(12))));
        }
      }
    }
    return new Box(nodes, arrows);
  }
}
