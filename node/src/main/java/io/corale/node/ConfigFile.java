package io.corale.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Flattens a YAML configuration to dotted keys, each with its line. Pure. */
final class ConfigFile {
  /** A configuration is a page; more is a mistake. */
  private static final int MAX_CHARS = 256 * 1024;

  private final String name;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> faults;

  private ConfigFile(String name, List<String> faults) {
    this.name = name;
    this.faults = faults;
  }

  /**
   * The settings in the text; what cannot be read is added to {@code faults}.
   *
   * @param name of the file, for places
   */
  static Map<String, Setting> read(String name, String text, List<String> faults) {
    ConfigFile file = new ConfigFile(name, faults);
    try {
      LoadSettings yaml =
          LoadSettings.builder().setLabel(name).setCodePointLimit(MAX_CHARS).build();
      Optional<Node> root = new Compose(yaml).composeString(text);
      root.ifPresent(node -> file.flatten("", node));
    } catch (YamlEngineException e) {
      faults.add(name + ": not YAML: " + e.getMessage());
    }
    return file.settings;
  }

  private void flatten(String prefix, Node node) {
    if (!(node instanceof MappingNode mapping)) {
      faults.add(place(node) + ": expected keys with values");
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        faults.add(place(tuple.getKeyNode()) + ": a key must be a word");
        continue;
      }
      put(prefix + key.getValue(), tuple.getValueNode());
    }
  }

  private void put(String key, Node value) {
    if (value instanceof MappingNode) {
      flatten(key + ".", value);
    } else if (value instanceof ScalarNode scalar) {
      enter(key, Setting.scalar(scalar.getValue(), place(value)), value);
    } else if (value instanceof SequenceNode sequence) {
      List<String> items = new ArrayList<>();
      for (Node item : sequence.getValue()) {
        if (item instanceof ScalarNode scalar) {
          items.add(scalar.getValue());
        } else {
          faults.add(place(item) + ": '" + key + "' is a list of single values");
        }
      }
      enter(key, new Setting(items, true, place(value)), value);
    }
  }

  private void enter(String key, Setting setting, Node node) {
    if (settings.put(key, setting) != null) {
      faults.add(place(node) + ": '" + key + "' stands twice");
    }
  }

  private String place(Node node) {
    return node.getStartMark().map(mark -> name + ":" + (mark.getLine() + 1)).orElse(name);
  }
}
