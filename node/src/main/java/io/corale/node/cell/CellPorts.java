package io.corale.node.cell;

import io.corale.gossip.Overlay;
import io.corale.node.thread.Narrows;

/** What the cells of a node need of its other rooms. */
public record CellPorts(
    BirthRecords births,
    ReplicaCreator creator,
    ReplicaTender tender,
    Overlay overlay,
    Endowment endowment,
    Sender sender,
    Evaluator evaluator,
    Narrows narrows,
    Calendar calendar,
    Witness witness,
    CellWatch watch) {}
