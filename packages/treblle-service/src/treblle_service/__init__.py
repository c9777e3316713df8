"""What every Treblle deployable needs and nobody should write twice."""
