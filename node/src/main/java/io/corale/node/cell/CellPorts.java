package io.corale.node.cell;

import io.corale.gossip.Overlay;
import io.corale.node.thread.Narrows;
import java.util.function.BooleanSupplier;

/**
 * What the cells of a node need of its other rooms.
 *
 * @param mayMoreCome whether the overlay may not know yet all who are there; not for ever
 */
public record CellPorts(
    BirthRecords births,
    ReplicaCreator creator,
    ReplicaTender tender,
    Overlay overlay,
    BooleanSupplier mayMoreCome,
    Endowment endowment,
    Sender sender,
    Evaluator evaluator,
    Narrows narrows,
    Calendar calendar,
    Witness witness,
    CellWatch watch) {}
