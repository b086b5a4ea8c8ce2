package io.corale.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.client.Client;
import io.corale.wire.Door;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code corale cells}. */
@Command(
    name = "cells",
    description = {
      "Shows the Raft groups that the answering node is a member of.",
      "Each comes with a ready-made line for ratis-shell. All of them need an operator's token;",
      "those of an owner, its right to read."
    })
final class CellsCommand implements Callable<Integer> {
  @Mixin private final ConnectionOptions connection;
  @Mixin private final OutputOption output = new OutputOption();

  CellsCommand(Surroundings surroundings) {
    connection = new ConnectionOptions(surroundings);
  }

  @Override
  public Integer call() {
    try (Client client = connection.clustersClient()) {
      Door.CellList cells = Replies.value(client.cells());
      if (output.isJson()) {
        Json.print(connection.out(), json(cells));
      } else {
        print(cells);
      }
      return Exit.OK;
    }
  }

  private void print(Door.CellList cells) {
    Table table =
        new Table("CELL", "EPOCH", "TERM", "APPLIED", "FORMAT", "SUPERPEER", "MEMBERS", "GROUP");
    for (Door.CellReport cell : cells.getCellsList()) {
      table.row(
          name(cell),
          Long.toString(cell.getEpoch()),
          Long.toString(cell.getTerm()),
          Long.toString(cell.getApplied()),
          cell.getFormat() == 0 ? "-" : Integer.toString(cell.getFormat()),
          cell.getSuperpeer().isEmpty() ? "(none)" : cell.getSuperpeer(),
          members(cell),
          cell.getGroup());
    }
    table.print(connection.out());
    for (Door.CellReport cell : cells.getCellsList()) {
      connection.out().println();
      connection.out().println("# " + name(cell));
      connection.out().println(shellLine(cell));
    }
  }

  /** Those that are on their way back are told apart, whether the group counts them or not. */
  private static String members(Door.CellReport cell) {
    Map<String, String> absent = new LinkedHashMap<>();
    cell.getAbsentList().forEach(each -> absent.put(each.getNode(), each.getHas()));
    Stream<String> here =
        cell.getMembersList().stream()
            .map(Door.Member::getNode)
            .filter(node -> !absent.containsKey(node));
    Stream<String> away =
        absent.entrySet().stream().map(each -> each.getKey() + " (" + each.getValue() + ")");
    return Stream.concat(here, away).collect(Collectors.joining(","));
  }

  private static String name(Door.CellReport cell) {
    return cell.getOwner() + "." + cell.getCell();
  }

  /** What an administrator pastes. */
  static String shellLine(Door.CellReport cell) {
    String peers =
        cell.getMembersList().stream()
            .map(Door.Member::getRaftAddress)
            .collect(Collectors.joining(","));
    return "deploy/bin/ratis-shell group info -peers " + peers + " -groupid " + cell.getGroup();
  }

  private static ObjectNode json(Door.CellList cells) {
    ObjectNode node = Json.object();
    ArrayNode array = node.putArray("cells");
    for (Door.CellReport cell : cells.getCellsList()) {
      ObjectNode each =
          array
              .addObject()
              .put("owner", cell.getOwner())
              .put("cell", cell.getCell())
              .put("epoch", cell.getEpoch())
              .put("group", cell.getGroup())
              .put("superpeer", cell.getSuperpeer())
              .put("term", cell.getTerm())
              .put("applied", cell.getApplied())
              .put("format", cell.getFormat());
      ArrayNode members = each.putArray("members");
      for (Door.Member member : cell.getMembersList()) {
        members
            .addObject()
            .put("node", member.getNode())
            .put("raftPeer", member.getRaftPeer())
            .put("raftAddress", member.getRaftAddress());
      }
      if (cell.getAbsentCount() > 0) {
        ObjectNode absent = each.putObject("absent");
        cell.getAbsentList().forEach(one -> absent.put(one.getNode(), one.getHas()));
      }
      each.put("ratisShell", shellLine(cell));
    }
    return node;
  }
}
