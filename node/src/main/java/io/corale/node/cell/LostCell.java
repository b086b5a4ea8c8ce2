package io.corale.node.cell;

import io.corale.model.CellId;
import io.corale.node.registry.BornMember;
import java.util.List;

/**
 * A cell of which this node has lost its replica; its superpeer brings it back (rule 6).
 *
 * @param group the id of its Raft group
 * @param members of its birth, this node among them
 */
public record LostCell(CellId cell, long epoch, String group, List<BornMember> members) {
  static LostCell of(CellFile file) {
    return new LostCell(
        file.cell(),
        file.epoch(),
        GroupIds.uuid(file.cell(), file.epoch()).toString(),
        file.members());
  }
}
