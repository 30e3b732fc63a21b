"""What a recurrent network has to beat, under the same contract."""
